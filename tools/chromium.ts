/** Debian's Chromium, or the one that `KUMIKO_CHROMIUM` names. */
export const browserPath = process.env['KUMIKO_CHROMIUM'] ?? '/usr/bin/chromium';

/** Arguments for a run without a display, a GPU or a network; WebGL and WebGPU are rendered in software. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** Response headers that make a page cross-origin isolated: it may share memory with threads. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
