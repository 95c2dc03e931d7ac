/** Styles are bundled by esbuild; for the compiler they are nothing. */
declare module '*.css';
