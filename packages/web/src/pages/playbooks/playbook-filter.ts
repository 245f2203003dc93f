/** What the address of the page says: which playbook is open. */
export interface PlaybookFilter {
  readonly id?: string;
}

export const readPlaybookFilter = (search: Record<string, unknown>): PlaybookFilter => {
  const id = search['id'];
  return typeof id === 'string' && id !== '' ? { id } : {};
};
