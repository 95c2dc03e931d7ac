/** Longer ones leave no room for others within the 15,360 characters of a transformation (facts file 3.6). */
const LONGEST = 1_000;

/**
 * Constructs of .NET expressions that RE2, the library behind Kusto's `extract`, does not have: look-around,
 * back-references, atomic groups, conditions, named groups and inline options. Source: github.com/google/re2/wiki/Syntax.
 */
const BEYOND_RE2 = /\(\?(?!:)|\\[1-9]|\\[kpPGZuxcX]|[*+?}]\+|-\[/;

/** Whether an expression means the same to the legacy agent and to Kusto. Rather no than perhaps. */
export function isRe2(pattern: string): boolean {
  if (pattern === '' || pattern.length > LONGEST || /[^ -~]/.test(pattern)) return false;
  const unescaped = pattern.replace(/\\\\/g, '');
  if (BEYOND_RE2.test(unescaped)) return false;
  // RE2 counts repetitions to 1,000 only.
  if ([...unescaped.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].some((m) => Number(m[1]) > 999 || Number(m[2]) > 999))
    return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/** How many groups an expression captures. Takes expressions of `isRe2` only. */
export function groupsOf(pattern: string): number {
  return (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) - 1;
}
