import type { CausalLinks } from './causal-links.ts';
import type { HostBeginning } from './host-blame.ts';
import type { ProcessNode } from './read-event.ts';
import { clockOf } from './trace-back.ts';

const MAX_CONTACTS = 5;
const byWhom = (node: ProcessNode): string => (node.user === undefined ? '' : ` by ${node.user}`);

/** What the process is that signs on a place lead to, what it descends from, how its file came and where it connected to, in sentences. */
export function tellSuspect(
  place: string,
  { process, file }: HostBeginning,
  links: CausalLinks,
): readonly string[] {
  if (!process) return [];
  const chain = links
    .lineageOf(process.key)
    .flatMap((key) => links.processOf(key)?.name ?? [])
    .reverse();
  const contacts = links
    .contactsOf(process.key)
    .slice(0, MAX_CONTACTS)
    .map((to) => {
      const port = to.port === undefined ? '' : ` port ${to.port}`;
      return `${process.name} connected to ${links.machineOf(to.ip, to.at)}${port} at ${clockOf(to.at)}`;
    });
  const written =
    file === undefined
      ? []
      : [
          `${file.path} was written${file.writerName === undefined ? '' : ` by ${file.writerName}`} at ${clockOf(file.at)}${file.url === undefined ? '' : `, loaded from ${file.url}`}`,
        ];
  return [
    `Most signs on ${place} lead to ${process.name}, started${byWhom(process)} at ${clockOf(process.at)}`,
    ...(chain.length > 1 ? [`Chain of processes: ${chain.join(' → ')}`] : []),
    ...written,
    ...contacts,
  ];
}
