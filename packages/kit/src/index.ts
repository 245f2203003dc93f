export * from './connector.ts';
export * from './feed.ts';
export * from './program.ts';
export * from './snmp.ts';
export * from './source.ts';
