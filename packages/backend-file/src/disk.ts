import { link, open, rename, rm } from 'node:fs/promises';

/** Why the file system said no, by the codes of errno(3). */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'rights',
  EPERM: 'rights',
  EROFS: 'read_only',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EEXIST: 'no_folder',
  ENOTDIR: 'no_folder',
  EISDIR: 'no_file',
  ENAMETOOLONG: 'name',
  EINVAL: 'name',
  ENOENT: 'away',
  EIO: 'away',
  EBUSY: 'busy',
  ETXTBSY: 'busy',
  EMFILE: 'busy',
  ENFILE: 'busy',
};
/** What link(2) says where a file system has no hard links (FAT, some shares). */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EISDIR'];

export const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** The reason of an error of the disk, as the texts of `attachment.disk` and `folder.disk` know it; undefined for what is none. */
export const diskReason = (error: unknown): string | undefined => REASONS[codeOf(error)];

/**
 * Gives a file its name, which must be free: link() never replaces; where the file system has no hard links the name is claimed by an
 * exclusive create. Answers whether the file still has its old name too. Errors: `EEXIST` for a name that is taken, others of link(2).
 */
export async function placeFile(from: string, to: string): Promise<'both' | 'moved'> {
  try {
    await link(from, to);
    return 'both';
  } catch (error) {
    if (!NO_LINKS.includes(codeOf(error))) throw error;
    await (await open(to, 'wx')).close();
    try {
      await rename(from, to);
    } catch (failure) {
      await rm(to, { force: true });
      throw failure;
    }
    return 'moved';
  }
}

/** Makes a new name itself durable; Windows neither needs nor allows it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
