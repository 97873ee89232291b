import type { SplitNode, Splitter } from 'mailparser';
import { CAPS } from './caps.ts';

/**
 * Makes the splitter see two kinds of boundary lines that it takes for content, and with them all parts behind: one with blanks after
 * it (RFC 2046 section 5.1.1), and one of an outer part where the inner one was never closed (section 5.1.2).
 */
export function watchBoundaries(splitter: Splitter): void {
  const own = splitter.checkBoundary.bind(splitter);
  const check = (line: Buffer) => own(line) || outerBoundary(splitter, line);
  splitter.checkBoundary = (line) => {
    const dashes = startOf(line);
    if (line[dashes] !== 0x2d || line[dashes + 1] !== 0x2d) return false;
    const bare = withoutPadding(line);
    // As it stands first: a boundary may itself end with a blank.
    return check(line) || (bare !== line && check(bare));
  };
}

function outerBoundary(splitter: Splitter, line: Buffer): 3 | 4 | false {
  let part: SplitNode | false = splitter.node._parentBoundaryOwner;
  for (let level = 0; part && part._parentBoundary && level < CAPS.levels; level++) {
    const kind = splitter.compareBoundary(line, startOf(line), part._parentBoundary);
    if (kind) {
      splitter.node = part;
      return kind === 1 ? 3 : 4;
    }
    part = part._parentBoundaryOwner;
  }
  return false;
}

/** A line may come with the line end before it. */
function startOf(line: Buffer): number {
  if (line[0] === 13 && line[1] === 10) return 2;
  return line[0] === 13 || line[0] === 10 ? 1 : 0;
}

function withoutPadding(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && (line[end - 1] === 10 || line[end - 1] === 13)) end--;
  let text = end;
  while (text > 0 && (line[text - 1] === 32 || line[text - 1] === 9)) text--;
  return text === end ? line : Buffer.concat([line.subarray(0, text), line.subarray(end)]);
}
