/**
 * What a token of OAuth 2 allows, where that is told: `scope` of the answer (RFC 6749, 5.1), or the claims
 * `roles` and `scp` of a token that is a JWT. It is shown to people and decides nothing, so no signature
 * is checked.
 */
export function grantedBy(token: string, scope: unknown): readonly string[] | undefined {
  if (typeof scope === 'string' && scope !== '') return words(scope);
  const { roles, scp } = claimsOf(token);
  if (Array.isArray(roles)) return roles.filter((role) => typeof role === 'string');
  return typeof scp === 'string' ? words(scp) : undefined;
}

/** GitHub and Slack tell in a header what a token may do. */
export function grantedIn(
  headers: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const told = headers['x-oauth-scopes'];
  return told === undefined ? undefined : words(told);
}

const words = (text: string): readonly string[] =>
  text.split(/[\s,]+/).filter((word) => word !== '');

function claimsOf(token: string): { readonly roles?: unknown; readonly scp?: unknown } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
