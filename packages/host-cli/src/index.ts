export * from '@mailwright/sdk';
export { checkAutomation, parseAutomation, runAutomation, type RunEvent, type RunResult } from '@mailwright/automation';
