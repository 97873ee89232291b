/** What a child process may know of the environment; secrets are not among it. */
const HARMLESS =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TERM|TMPDIR|TEMP|TMP|APPDATA|LOCALAPPDATA|USERPROFILE|SYSTEMROOT|WINDIR|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|GNUPGHOME|GPG_TTY)$/i;

/** The environment of a child process: what is harmless, and the variables that are named. */
export const childEnvironment = (further: readonly string[] = []): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => HARMLESS.test(name) || further.includes(name)));
