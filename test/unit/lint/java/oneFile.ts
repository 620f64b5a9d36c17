import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject, type FoundPlace } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

/** A file of a service. */
export interface OneFile {
  /** What stands above the code: the package and the imports. */
  readonly head: string;
  readonly code: string;
  /** As `group:artifact[:version]`; those of Micrometer Tracing unless said. */
  readonly dependencies?: readonly string[] | undefined;
  /** Further files of the service, by path. */
  readonly more?: Readonly<Record<string, string>> | undefined;
  /** The name of the file; `A.java` unless said. */
  readonly name?: string;
}

/** What is found in a service with this file; lines count from the first one of the code, which is 1. */
export async function foundIn(file: OneFile): Promise<readonly Pick<FoundPlace, 'rule' | 'severity' | 'line'>[]> {
  const { head, code, dependencies = MICROMETER, more, name = 'A.java' } = file;
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/${name}`]: head + code,
    ...more,
  });
  const before = head.split('\n').length - 1;
  return findings.map(({ rule, severity, line }) => ({ rule, severity, line: line - before }));
}
