export * from './connector.ts';
export * from './feed.ts';
export * from './source.ts';
