import { CLASSIC_COLUMNS } from '../../formats/azure/azureRows';

/** How one of the two services is asked: what spans are in, under the names that a workspace has for their columns. */
export interface AzureDialect {
  /** What it calls the rows of each table, in `Type`. */
  readonly requests: string;
  readonly dependencies: string;
  readonly exceptions: string;
  /** Rows of requests and dependencies. */
  readonly spans: string;
  /** Those, and the rows of events. */
  readonly spansAndEvents: string;
  /** Rows of exceptions. */
  readonly exceptionRows: string;
}

/** Tables of a workspace. One that nothing was ever written to is left out instead of refused. */
export const WORKSPACE_DIALECT: AzureDialect = {
  requests: 'AppRequests',
  dependencies: 'AppDependencies',
  exceptions: 'AppExceptions',
  spans: 'union isfuzzy=true AppRequests, AppDependencies',
  spansAndEvents: 'union isfuzzy=true AppRequests, AppDependencies, AppExceptions, AppTraces',
  exceptionRows: 'union isfuzzy=true AppExceptions',
};

const OF_EVERY_TABLE = ['TimeGenerated', 'Type', 'OperationId', 'ParentId', 'AppRoleName', 'Properties'];
const OF_SPANS = [
  ...OF_EVERY_TABLE,
  ...['Measurements', 'AppRoleInstance', 'AppVersion', 'ItemCount', '_ItemId', 'Id', 'Name', 'DurationMs', 'Success'],
  ...['ResultCode', 'DependencyType', 'Target', 'Data', 'Url', 'Source'],
];
const OF_EXCEPTIONS = ['OuterMessage', 'InnermostMessage', 'Details'];

/** Tables of classic Application Insights. */
export const CLASSIC_DIALECT: AzureDialect = {
  requests: 'request',
  dependencies: 'dependency',
  exceptions: 'exception',
  spans: `union isfuzzy=true requests, dependencies${renamed(OF_SPANS)}`,
  spansAndEvents: `union isfuzzy=true requests, dependencies, exceptions, traces${renamed([...OF_SPANS, ...OF_EXCEPTIONS, 'Message', 'SeverityLevel'])}`,
  // The type of an exception is in the column that has the type of a dependency elsewhere.
  exceptionRows: `union isfuzzy=true exceptions${renamed([...OF_EVERY_TABLE, ...OF_EXCEPTIONS, 'DependencyType'])} | extend ExceptionType=DependencyType`,
};

function renamed(columns: readonly string[]): string {
  return ` | project-rename ${columns.map((name) => `${name}=${CLASSIC_COLUMNS[name]!}`).join(', ')}`;
}
