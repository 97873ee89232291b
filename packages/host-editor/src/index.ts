export type * from './api.ts';
export { startEditor, type Editor, type EditorOptions } from './server/editor.ts';
