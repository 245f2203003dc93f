import type { Event } from '../event/event.ts';
import type { Observable } from '../event/observable.ts';
import { toCanonical } from './canonical.ts';
import type { IndicatorType } from './indicator.ts';
import type { Entry, IndicatorIndex } from './indicator-index.ts';
import { toUrlForm } from './url-form.ts';

/** Called for everything known of a value of the event, with where it stands. */
export type OnFound = (entries: readonly Entry[], path: string) => void;

type Row = Readonly<Record<string, unknown>>;

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);

function lookUpUrl(
  index: IndicatorIndex,
  value: string,
  found: (entries: readonly Entry[]) => void,
) {
  const form = toUrlForm(value);
  if (form === undefined) return;
  found(index.find('url', form.key));
  if (form.keyWithoutQuery !== undefined) found(index.find('url', form.keyWithoutQuery));
  const first = form.host.charCodeAt(form.host.length - 1);
  found(first >= 48 && first <= 57 ? index.findAddress(form.host) : index.findName(form.host));
}

function lookUp(index: IndicatorIndex, observable: Observable, onFound: OnFound): void {
  const { value, name } = observable;
  const found = (entries: readonly Entry[]): void => {
    if (entries.length > 0) onFound(entries, name);
  };
  switch (observable.type) {
    case 'ip':
      found(index.findAddress(value));
      break;
    case 'hostname':
      found(index.findName(value.toLowerCase()));
      break;
    case 'url':
      lookUpUrl(index, value, found);
      break;
    case 'email':
      found(index.find('email', value.toLowerCase()));
      break;
    case 'hash':
      found(index.find('hash', value.toLowerCase()));
      break;
    case 'file_name': {
      const path = value.toLowerCase();
      found(index.find('file_name', baseName(path)));
      found(index.find('file_path', path));
      break;
    }
    case 'process':
      found(index.find('process', baseName(value.toLowerCase())));
      break;
    case 'command_line':
      found(index.find('command_line', value.toLowerCase()));
      break;
    default:
      break;
  }
}

/** Is anything known of an observable value, itself or what it lies in? */
export function isObservableKnown(
  index: IndicatorIndex,
  type: Observable['type'],
  value: string,
): boolean {
  let isKnown = false;
  lookUp(index, { name: '', type, value }, () => {
    isKnown = true;
  });
  return isKnown;
}

/** What is not an observable and still worth a look, by its path. */
const FURTHER: readonly (readonly [readonly string[], IndicatorType])[] = [
  [['http_request', 'user_agent'], 'user_agent'],
  [['reg_key', 'path'], 'registry_key'],
  [['tls', 'ja3_hash', 'value'], 'ja3'],
  [['tls', 'certificate', 'fingerprint'], 'certificate'],
  [['tls', 'certificate', 'serial_number'], 'certificate'],
];

const hasFurther = (event: Event): boolean =>
  event.http_request !== undefined ||
  (event as unknown as Row)['tls'] !== undefined ||
  (event as unknown as Row)['reg_key'] !== undefined;

/** The text at a path of an event, or undefined. */
function textAt(event: Event, path: readonly string[]): string | undefined {
  let value: unknown = event;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Row)[step];
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Looks every value of an event up that intelligence may know. */
export function lookUpEvent(index: IndicatorIndex, event: Event, onFound: OnFound): void {
  for (const observable of event.observables) lookUp(index, observable, onFound);
  if (!hasFurther(event)) return;
  for (const [path, type] of FURTHER) {
    const value = textAt(event, path);
    if (value === undefined) continue;
    const canonical = toCanonical(type, value);
    if (canonical === undefined) continue;
    const entries = index.find(type, canonical);
    if (entries.length > 0) onFound(entries, path.join('.'));
  }
}
