import react from '@vitejs/plugin-react';

/** The page: one bundle, nothing inline and nothing from elsewhere, as its Content-Security-Policy demands. */
export default {
  root: 'src/page',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
};
