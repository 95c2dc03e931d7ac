/** Files that put themselves on `globalThis`; `kusto.ts` says what is used of them. */
declare module '@kusto/language-service-next/*';
