const PAGE = 'https://github.com/spanlight/spanlight/blob/main/src/lint/RULES.md';

/** Where a rule is explained, or all of them. */
export function ruleHelp(id?: string): string {
  return id === undefined ? PAGE : `${PAGE}#${id.toLowerCase()}`;
}
