/** Where the parts of one of Datadog's sites are. */
export interface DatadogSite {
  /** As Datadog names it: `datadoghq.eu`, `us5.datadoghq.com`. */
  readonly site: string;
  readonly apiUrl: string;
  /** Of its pages. */
  readonly appUrl: string;
}

/** Names of sites as Datadog's pages show them, and the domain of each. */
const SITES: Readonly<Record<string, string>> = {
  us1: 'datadoghq.com',
  us3: 'us3.datadoghq.com',
  us5: 'us5.datadoghq.com',
  eu: 'datadoghq.eu',
  eu1: 'datadoghq.eu',
  ap1: 'ap1.datadoghq.com',
  ap2: 'ap2.datadoghq.com',
  gov: 'ddog-gov.com',
  'us1-fed': 'ddog-gov.com',
};

/**
 * The site that a text names: its short name (`eu1`), its domain (`us5.datadoghq.com`), or an address of its pages or of its
 * API. Undefined for anything else.
 */
export function parseDatadogSite(text: string): DatadogSite | undefined {
  const typed = text.trim().toLowerCase();
  const short = Object.hasOwn(SITES, typed) ? SITES[typed] : undefined;
  if (short !== undefined) return siteOf(short);
  const [, host = ''] = /^(?:https:\/\/)?([a-z\d.-]+)(?:[/?#].*)?$/.exec(typed) ?? [];
  const [, region, domain] =
    /^(?:([a-z\d-]+)\.)*?((?:(?:[a-z]{2}\d)\.)?(?:datadoghq\.com|datadoghq\.eu|ddog-gov\.com))$/.exec(host) ?? [];
  if (domain === undefined) return undefined;
  const site = siteOf(domain);
  // Companies may have a name of their own before it, where their pages are.
  const isOwn = region !== undefined && region !== 'api' && region !== 'app' && region !== 'www';
  return isOwn ? { ...site, appUrl: `https://${host}` } : site;
}

/** The page on which keys are made, at the site of an address; in words where that is not known. */
export function datadogKeysPage(address: string, keys: 'api-keys' | 'application-keys'): string {
  const appUrl = parseDatadogSite(address)?.appUrl;
  const page = keys === 'api-keys' ? 'API Keys' : 'Application Keys';
  return appUrl === undefined ? `Organization Settings, ${page}` : `${appUrl}/organization-settings/${keys}`;
}

function siteOf(site: string): DatadogSite {
  const isRegion = /^[a-z]{2}\d\./.test(site);
  return { site, apiUrl: `https://api.${site}`, appUrl: `https://${isRegion ? '' : 'app.'}${site}` };
}
