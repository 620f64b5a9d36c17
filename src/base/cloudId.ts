/** Where the parts of an Elastic Cloud deployment are. */
export interface CloudDeployment {
  readonly elasticsearchUrl: string;
  /** Undefined where the deployment has no Kibana. */
  readonly kibanaUrl: string | undefined;
}

/**
 * The addresses that a cloud id stands for: a name, a colon, and in base64 a host (with or without a port) and the names of
 * its parts, with `$` between them. Undefined for anything else.
 */
export function parseCloudId(text: string): CloudDeployment | undefined {
  const [, encoded = ''] = /^[^:/\s]*:([A-Za-z\d+/]{16,}={0,2})$/.exec(text.trim()) ?? [];
  const parts = Buffer.from(encoded, 'base64').toString('latin1').split('$');
  const [host = '', elasticsearch = '', kibana = ''] = parts;
  if (!/^[a-z\d-]+(\.[a-z\d-]+)+(:\d+)?$/i.test(host) || elasticsearch === '') return undefined;
  const elasticsearchUrl = partUrl(host, elasticsearch);
  const kibanaUrl = kibana === '' ? undefined : partUrl(host, kibana);
  return elasticsearchUrl === undefined ? undefined : { elasticsearchUrl, kibanaUrl };
}

/** A part may have a port of its own. */
function partUrl(host: string, part: string): string | undefined {
  const [, domain = '', hostPort = '443'] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const [, name, port = hostPort] = /^([a-z\d.-]+)(?::(\d+))?$/i.exec(part) ?? [];
  if (name === undefined) return undefined;
  return `https://${name}.${domain}${port === '443' ? '' : `:${port}`}`;
}
