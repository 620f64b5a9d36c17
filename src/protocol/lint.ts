/** The settings of lint, as the host sends them; `lint/` reads what they mean. */
export interface LintEngineSettings {
  /** Which files' findings are shown. */
  readonly scope: 'openFiles' | 'workspace' | 'off';
  /** Rule id → `error`, `warning`, `info`, `hint` or `off`. */
  readonly severities: Readonly<Record<string, string>>;
  /** `net/http: service-mesh wrapper`. */
  readonly coveredBy: readonly string[];
  readonly injectHelpers: readonly string[];
  readonly extractHelpers: readonly string[];
  readonly assumedAgents: readonly string[];
}
