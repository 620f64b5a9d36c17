const GENERATED =
  /(\.pb\.go|\.pb\.gw\.go|_pb2(_grpc)?\.pyi?|_pb\.[jt]s|\.g\.cs|\.designer\.cs|\.d\.[mc]?ts|\.min\.[mc]?js|\.generated\.\w+|_generated\.\w+|\.bundle\.js)$/i;

const TEST_FOLDER = /(^|\/)(tests?|__tests__|__mocks__|testdata|e2e|cypress|playwright|[\w-]+\.[\w.-]*tests?)\//i;
const TEST_FILE =
  /(\.(test|spec|e2e-spec|cy|stories)\.[mc]?[jt]sx?|_test\.(go|py)|(^|\/)test_[^/]*\.py|(^|\/)conftest\.py|[a-z0-9]Tests?\.(java|kt|cs)|[a-z0-9]IT\.(java|kt))$/;
/** Gradle's source sets that are run by tests only: `testFixtures`, `integrationTest`, Kotlin's `jvmTest`. */
const TEST_SOURCE_SET = /(^|\/)src\/(test[A-Z]\w*|[a-z]\w*Test)\/(java|kotlin|groovy|scala|resources)\//;

/** Stands in the path of each that those above find, and is found in a fraction of the time that they take to find none. */
const MAY_BE_TEST = /test|e2e|cypress|playwright|__mocks__|\.(?:spec|cy|stories)\.|IT\.(?:java|kt)/i;

/** Written by a tool: spans point at what people wrote. @param relative with `/`, relative to the workspace folder. */
export function isGenerated(relative: string): boolean {
  return GENERATED.test(relative);
}

/** Test code repeats the names and routes of the code it tests; services do not run it. */
export function isTest(relative: string): boolean {
  if (!MAY_BE_TEST.test(relative)) return false;
  return TEST_FOLDER.test(relative) || TEST_FILE.test(relative) || TEST_SOURCE_SET.test(relative);
}
