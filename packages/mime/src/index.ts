export { parse, type KnownSummary, type RawSource } from './parse.ts';
export { compose, type Composed } from './compose.ts';
export { isTextAlone, parseHeaders, type ParsedHeaders } from './headers.ts';
export { receivedIn, timeIn } from './date.ts';
export { summaryOf } from './summary.ts';
export { Defects, cleanText, type CleanText } from './text.ts';
