import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached, type Log } from './cacheFolder';
import { freePort, startProcess, stopProcess } from './processes';

const KAFKA = '4.1.0';

/** A broker to talk to. */
export interface Kafka {
  /** `127.0.0.1:9092`. */
  readonly brokers: string;
  /** For the log: `Kafka 4.1.0 from packages`. */
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * A real Kafka: the one `SPANLIGHT_KAFKA=host:port` names, else one started from Maven's packages where Java and Maven
 * are at hand. Otherwise a sentence that says what is missing.
 */
export async function startKafka(log: Log): Promise<Kafka | string> {
  const named = process.env['SPANLIGHT_KAFKA'];
  if (named) return { brokers: named, name: `Kafka at ${named}`, stop: () => Promise.resolve() };
  const missing = ['java', 'mvn'].filter((command) => !answers(command));
  if (missing.length > 0) {
    const what = missing.map((command) => (command === 'mvn' ? 'Maven' : 'Java')).join(' and ');
    return `no Kafka: ${what} not found, and SPANLIGHT_KAFKA names no broker`;
  }
  try {
    return await startFromPackages(log);
  } catch (error) {
    return `no Kafka: ${(error as Error).message}`;
  }
}

function answers(command: string): boolean {
  try {
    execFileSync(command, ['-version'], { stdio: 'ignore', shell: process.platform === 'win32' });
    return true;
  } catch {
    return false;
  }
}

/** The jars of the broker in the cache (43 MB). */
async function kafkaJars(log: Log): Promise<string> {
  return cached(`kafka-${KAFKA}`, log, async (folder) => {
    log(`fetching Kafka ${KAFKA} with Maven …`);
    await writeFile(path.join(folder, 'pom.xml'), POM);
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
    const shell = process.platform === 'win32';
    await promisify(execFile)('mvn', args, { cwd: folder, timeout: 300_000, shell }).catch((error: unknown) => {
      const { stdout = '' } = error as { stdout?: string };
      throw new Error(`Maven did not fetch Kafka: ${stdout.split('\n')[0]}`, { cause: error });
    });
  });
}

async function startFromPackages(log: Log): Promise<Kafka> {
  const classes = path.join(await kafkaJars(log), 'lib', '*');
  const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const properties = path.join(folder, 'server.properties');
  await writeFile(properties, configuration(port, controller, path.join(folder, 'data')));
  const java = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)('java', ['-cp', classes, 'kafka.tools.StorageTool', ...args], { cwd: folder });
  const id = (await java('random-uuid')).stdout.trim().split('\n').at(-1) ?? '';
  await java('format', '--standalone', '-t', id, '-c', properties);
  const child = startProcess('java', ['-Xmx512m', '-cp', classes, 'kafka.Kafka', properties], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-20_000);
        if (output.includes('Kafka Server started')) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${output.slice(-1_000)}`)));
      setTimeout(() => reject(new Error('it did not start within 60 s')), 60_000).unref();
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: `127.0.0.1:${port}`, name: `Kafka ${KAFKA} from packages`, stop };
}

/** One process as broker and controller, without replication, on loopback. */
function configuration(port: number, controller: number, data: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.dirs=${data}
`;
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>spanlight</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;
