import { GOOGLE_TRACE_URL, googleProjectIn, isGoogleProject } from '../../../base/googleProject';
import type { BackendAddress, BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import type { Environment } from '../google/googleCredentials';
import type { GoogleAuthoriser } from '../google/googleAuthoriser';

const BIG_QUERY_HOST = 'bigquery.googleapis.com';
const CONSOLE = 'https://console.cloud.google.com';
const VARIABLES = ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'];

/** Pages of the console where things are put right. */
export const PAGES = {
  traces: (project: string): string => `${CONSOLE}/traces/explorer?project=${project}`,
  trace: (project: string, id: string): string => `${CONSOLE}/traces/explorer;traceId=${id}?project=${project}`,
  api: (project: string, service: string): string => `${CONSOLE}/apis/library/${service}?project=${project}`,
  roles: (project: string): string => `${CONSOLE}/iam-admin/iam?project=${project}`,
  quotas: (project: string): string => `${CONSOLE}/iam-admin/quotas?project=${project}`,
  projects: `${CONSOLE}/cloud-resource-manager`,
  linking: 'https://cloud.google.com/trace/docs/analytics-query-linked-dataset',
} as const;

/** What stands for an address: a project's name, or a page of the console that names it. */
export function readGoogleAddress(text: string): BackendAddress | undefined {
  const project = googleProjectIn(text);
  return project === undefined ? undefined : { url: GOOGLE_TRACE_URL, options: { project } };
}

/** Where BigQuery is, beside the API of traces; the same address where that is a stand-in or a proxy. */
export function bigQueryAddress({ url, options }: BackendConfig): string {
  const { bigQueryUrl } = options;
  if (typeof bigQueryUrl === 'string' && bigQueryUrl !== '') return bigQueryUrl.replace(/\/+$/, '');
  return url.replace(/^(https?:\/\/)cloudtrace\.([\w-]+\.rep\.)?googleapis\.com/, `$1${BIG_QUERY_HOST}`);
}

/** Which project is meant: as the settings, the environment or the credentials say. */
export class GoogleProject {
  private found: string | undefined;

  /** @param authoriser undefined where a token is asked for, which names no project. */
  constructor(
    private readonly config: BackendConfig,
    environment: Environment,
    private readonly authoriser: GoogleAuthoriser | undefined,
  ) {
    const { project } = config.options;
    const written = typeof project === 'number' ? String(project) : project;
    const named = typeof written === 'string' && written !== '' ? written.trim() : undefined;
    this.found =
      named ?? VARIABLES.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
  }

  /** Once it is known. */
  get known(): string | undefined {
    return this.found;
  }

  /** @throws BackendError if nothing says. */
  async id(signal: AbortSignal): Promise<string> {
    this.found ??= await this.authoriser?.project(signal);
    if (this.found !== undefined) {
      if (isGoogleProject(this.found)) return this.found;
      const cure = `Write the id of the project and not its name; ${PAGES.projects} lists both.`;
      throw new BackendError('badRequest', `"${this.found}" is no id of a project.`, this.config.url, cure);
    }
    const message = `Nothing says which project of Google Cloud ${this.config.name} is for.`;
    const cure = `Set "project" among the options of this backend; ${PAGES.projects} lists yours.`;
    throw new BackendError('badRequest', message, this.config.url, cure);
  }
}
