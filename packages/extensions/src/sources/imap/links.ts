import { Parser } from 'htmlparser2';

/** A link of a mail. */
export interface Link {
  /** Where it leads, as written. */
  readonly url: string;
  readonly host: string | undefined;
  /** What a reader sees, defanged so that no viewer makes a link of it. */
  readonly shown: string;
  /** What a reader sees is an address of another host. */
  readonly differs: boolean;
}

const MAX_LINKS = 300;
const MAX_URL = 2_000;
const MAX_SHOWN = 200;
const IN_TEXT = /\bhttps?:\/\/[^\s<>"'\\)\]]+/gi;
const LOOKS_LIKE_HOST = /^(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})(?:[/:?#]|$)/i;

/** Written so that nothing follows it by accident: hxxp, [.]. */
export const defang = (text: string): string =>
  text.replace(/^http/i, 'hxxp').replaceAll('.', '[.]');

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname || undefined;
  } catch {
    return undefined;
  }
}

function toLink(target: string, text: string): Link {
  const url = target.trim().slice(0, MAX_URL);
  const shown = text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_SHOWN);
  const host = hostOf(url);
  const claimed = LOOKS_LIKE_HOST.exec(shown)?.[1]?.toLowerCase();
  const differs = claimed !== undefined && host !== undefined && claimed !== host;
  return { url, host, shown: defang(shown), differs };
}

/** Anchors, forms and areas of HTML. Nothing is loaded and nothing is run. */
function linksOfHtml(html: string): readonly Link[] {
  const links: Link[] = [];
  let open: { readonly target: string; text: string } | undefined;
  const close = () => {
    if (open !== undefined) links.push(toLink(open.target, open.text));
    open = undefined;
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      const target = attributes['href'] ?? (name === 'form' ? attributes['action'] : undefined);
      if (target === undefined || !['a', 'area', 'form'].includes(name)) return;
      close();
      if (name === 'a') open = { target, text: '' };
      else links.push(toLink(target, ''));
    },
    ontext(text) {
      if (open !== undefined && open.text.length < MAX_SHOWN * 2) open.text += text;
    },
    onclosetag(name) {
      if (name === 'a') close();
    },
  });
  parser.write(html);
  parser.end();
  close();
  return links;
}

/** The links of a mail, each once; those that show another host than they lead to come first. */
export function findLinks(text: string, html: string): readonly Link[] {
  const plain = [...text.matchAll(IN_TEXT)].map(([url]) =>
    toLink(url.replace(/[.,;:!?]+$/, ''), ''),
  );
  const all = [...linksOfHtml(html), ...plain].filter(({ url }) =>
    /^[a-z][a-z0-9+.-]*:/i.test(url),
  );
  const once = new Map<string, Link>();
  for (const link of all) {
    const key = `${link.url} ${link.differs}`;
    if (!once.has(key)) once.set(key, link);
  }
  return [...once.values()]
    .sort((a, b) => Number(b.differs) - Number(a.differs))
    .slice(0, MAX_LINKS);
}
