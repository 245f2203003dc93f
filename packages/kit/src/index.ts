export * from './connector.ts';
export * from './source.ts';
