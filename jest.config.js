/** Tests stand beside their file; `*.real.test.ts` need real servers (scripts/test.js installs them). */
export default {
  testMatch: ['<rootDir>/packages/*/{src,house}/**/*.test.ts', '<rootDir>/actions/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  setupFilesAfterEnv: ['<rootDir>/scripts/jest-home.js'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          experimental: { keepImportAttributes: true },
          parser: { syntax: 'typescript', explicitResourceManagement: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 120_000,
  // Tests that say they may run side by side.
  maxConcurrency: 5,
};
