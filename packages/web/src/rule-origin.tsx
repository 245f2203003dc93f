import type { RuleView } from '@cordon/contract';

/** Who wrote a rule, where it came from and what it is licensed under: stands wherever a match is shown. */
export function Origin({
  rule,
}: {
  readonly rule: Pick<RuleView, 'author' | 'source' | 'license'>;
}) {
  const { author, source, license } = rule;
  return [
    source ? `from ${source}` : 'comes with Cordon',
    ...(author && author !== 'Cordon' ? [`by ${author}`] : []),
    ...(license ? [license] : []),
  ].join(' · ');
}
