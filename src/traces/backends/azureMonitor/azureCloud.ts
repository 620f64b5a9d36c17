/** Where one of Microsoft's clouds has what is needed. */
export interface AzureCloud {
  readonly label: string;
  /** The Azure portal. */
  readonly portal: string;
  /** What tokens for the two services are asked for. */
  readonly workspaceAudience: string;
  readonly applicationAudience: string;
  /** The editor's provider of sessions. */
  readonly provider: 'microsoft' | 'microsoft-sovereign-cloud';
}

/** By the name in the settings. Source: "Azure Monitor endpoints", and the environments of the Azure CLI. */
export const AZURE_CLOUDS: Readonly<Record<string, AzureCloud>> = {
  public: {
    label: 'Azure',
    portal: 'https://portal.azure.com',
    workspaceAudience: 'https://api.loganalytics.io',
    applicationAudience: 'https://api.applicationinsights.io',
    provider: 'microsoft',
  },
  usgov: {
    label: 'Azure Government',
    portal: 'https://portal.azure.us',
    workspaceAudience: 'https://api.loganalytics.us',
    applicationAudience: 'https://api.applicationinsights.us',
    provider: 'microsoft-sovereign-cloud',
  },
  china: {
    label: 'Azure China',
    portal: 'https://portal.azure.cn',
    workspaceAudience: 'https://api.loganalytics.azure.cn',
    applicationAudience: 'https://api.applicationinsights.azure.cn',
    provider: 'microsoft-sovereign-cloud',
  },
};

/** The cloud that a host belongs to, by its name; undefined for a host that does not say. */
export function cloudOfHost(hostname: string): AzureCloud | undefined {
  if (/\.(us|azure-api\.us)$/i.test(hostname)) return AZURE_CLOUDS['usgov'];
  if (/\.azure\.cn$/i.test(hostname)) return AZURE_CLOUDS['china'];
  return /\.(loganalytics|applicationinsights)\.(io|azure\.com)$/i.test(`.${hostname}`)
    ? AZURE_CLOUDS['public']
    : undefined;
}
