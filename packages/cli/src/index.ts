// The only door of the command line: the text it shows is made safe here.
export { neutralise } from './terminal.ts';
