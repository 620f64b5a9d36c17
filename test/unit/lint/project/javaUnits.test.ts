import assert from 'node:assert/strict';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { MemoryFiles } from '../support/memoryFiles';
import { dependenciesOf, filesOf, onlyUnit, unitsById } from './units';

const PARENT = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>3.2.5</version>
    <relativePath/>
  </parent>
  <groupId>com.acme</groupId>
  <artifactId>shop</artifactId>
  <version>1.0</version>
  <packaging>pom</packaging>
  <modules><module>orders</module><module>common</module></modules>
  <properties>
    <otel.version>\${otel.base}-alpha</otel.version>
    <otel.base>2.9.0</otel.base>
    <loop>\${loop}</loop>
  </properties>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.opentelemetry.instrumentation</groupId>
        <artifactId>opentelemetry-instrumentation-bom</artifactId>
        <version>\${otel.version}</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
      <dependency><groupId>com.acme</groupId><artifactId>common</artifactId><version>\${project.version}</version></dependency>
    </dependencies>
  </dependencyManagement>
</project>
`;

const ORDERS = `<project>
  <parent><groupId>com.acme</groupId><artifactId>shop</artifactId><version>1.0</version></parent>
  <artifactId>orders</artifactId>
  <dependencies>
    <dependency>
      <groupId>io.opentelemetry.instrumentation</groupId>
      <artifactId>opentelemetry-spring-boot-starter</artifactId>
    </dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>common</artifactId></dependency>
    <dependency><groupId>com.x</groupId><artifactId>looped</artifactId><version>\${loop}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13</version><scope>test</scope></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>
`;

describe('lint: Maven and Gradle', () => {
  it('takes a module of no code that gathers others for no program, and leaves these what they are', async () => {
    const report =
      '<project>\n  <parent><groupId>com.acme</groupId><artifactId>shop</artifactId><version>1.0</version></parent>\n  <artifactId>coverage</artifactId>\n  <packaging>pom</packaging>\n  <dependencies>\n    <dependency><groupId>com.acme</groupId><artifactId>orders</artifactId></dependency>\n    <dependency><groupId>com.acme</groupId><artifactId>billing</artifactId></dependency>\n  </dependencies>\n</project>\n';
    const billing = ORDERS.replace('<artifactId>orders<', '<artifactId>billing<').replace(/ {2}<build>.*\n/, '');
    const main = 'class Main {\n  public static void main(String[] args) {}\n}\n';
    const units = await unitsById({
      'pom.xml': PARENT,
      'orders/pom.xml': ORDERS,
      'billing/pom.xml': billing,
      'billing/src/main/java/Main.java': main,
      'coverage/pom.xml': report,
    });
    assert.equal(units.get('coverage/pom.xml')?.kind, 'library');
    assert.equal(units.get('billing/pom.xml')?.kind, 'process');
  });

  it('takes versions of Maven from properties, management, parents and the BOM of a group', async () => {
    const units = await unitsById({
      'pom.xml': PARENT,
      'orders/pom.xml': ORDERS,
      'orders/src/main/java/A.java': '',
      'common/pom.xml':
        '<project><parent><groupId>com.acme</groupId><artifactId>shop</artifactId><version>1.0</version></parent><artifactId>common</artifactId></project>',
      'common/src/main/java/B.java': '',
    });
    const orders = units.get('orders/pom.xml');
    assert.deepEqual(dependenciesOf(orders), [
      'com.acme:shop 1.0 → 1.0 indirect @orders/pom.xml:2',
      'io.opentelemetry.instrumentation:opentelemetry-spring-boot-starter  → 2.9.0-alpha runtime @orders/pom.xml:7',
      'org.springframework.boot:spring-boot-starter-web  → 3.2.5 runtime @orders/pom.xml:9',
      'com.acme:common  → 1.0 runtime @orders/pom.xml:10',
      'com.x:looped ${loop} → ? runtime @orders/pom.xml:11',
      'junit:junit 4.13 → 4.13 dev @orders/pom.xml:12',
      'org.springframework.boot:spring-boot-starter-parent 3.2.5 → 3.2.5 indirect @pom.xml:3',
      'io.opentelemetry.instrumentation:opentelemetry-instrumentation-bom 2.9.0-alpha → 2.9.0-alpha indirect @pom.xml:21',
    ]);
    assert.deepEqual(filesOf(orders), ['common/src/main/java/B.java', 'orders/src/main/java/A.java']);
    assert.deepEqual(
      [...units.values()].map(({ kind }) => kind),
      ['library', 'process', 'library'],
    );
  });

  it('reads Gradle with a catalog, conventions, projects and a lock file', async () => {
    const units = await unitsById({
      'settings.gradle.kts': 'rootProject.name = "shop"\ninclude("app", "lib:common")\n',
      'gradle/libs.versions.toml': `[versions]
otel = "1.40.0"
boot = { require = "3.3.1" }

[libraries]
otel-api = { module = "io.opentelemetry:opentelemetry-api", version.ref = "otel" }
kafka = "org.apache.kafka:kafka-clients:3.7.0"
okhttp = { group = "com.squareup.okhttp3", name = "okhttp", version = "4.12.0" }

[bundles]
clients = ["kafka", "okhttp"]

[plugins]
spring-boot = { id = "org.springframework.boot", version.ref = "boot" }
`,
      'gradle.properties': 'micrometerVersion=1.3.0\n',
      'buildSrc/src/main/kotlin/shop.java-conventions.gradle.kts':
        'plugins { java }\ndependencies {\n    implementation("org.slf4j:slf4j-api:2.0.13")\n}\n',
      'app/build.gradle.kts': `plugins {
    id("shop.java-conventions")
    alias(libs.plugins.spring.boot)
}

dependencies {
    implementation(platform("io.opentelemetry.instrumentation:opentelemetry-instrumentation-bom:2.9.0"))
    implementation("io.opentelemetry.instrumentation:opentelemetry-spring-boot-starter")
    implementation("org.springframework.boot:spring-boot-starter-web")
    implementation("io.micrometer:micrometer-tracing-bridge-otel:\${property("micrometerVersion")}")
    implementation(libs.otel.api)
    runtimeOnly(libs.bundles.clients)
    implementation(project(":lib:common"))
    testImplementation("org.junit.jupiter:junit-jupiter:5.10.0")
}
`,
      'app/src/main/kotlin/App.kt': 'fun main() {}',
      'app/gradle.lockfile':
        '# This is a Gradle generated file\norg.springframework.boot:spring-boot-starter-web:3.3.2=compileClasspath,runtimeClasspath\nempty=\n',
      'lib/common/build.gradle':
        "plugins { id 'java-library' }\ndef retrofit = '2.11.0'\ndependencies {\n  api group: 'com.squareup.retrofit2', name: 'retrofit', version: retrofit\n  api \"com.squareup.retrofit2:converter:$retrofit\"\n}\n",
      'lib/common/src/B.java': '',
    });
    const app = units.get('app/build.gradle.kts');
    assert.deepEqual(dependenciesOf(app), [
      'io.opentelemetry.instrumentation:opentelemetry-instrumentation-bom 2.9.0 → 2.9.0 indirect @app/build.gradle.kts:7',
      'io.opentelemetry.instrumentation:opentelemetry-spring-boot-starter  → 2.9.0 runtime @app/build.gradle.kts:8',
      'org.springframework.boot:spring-boot-starter-web  → 3.3.2 runtime @app/build.gradle.kts:9',
      'io.micrometer:micrometer-tracing-bridge-otel 1.3.0 → 1.3.0 runtime @app/build.gradle.kts:10',
      'io.opentelemetry:opentelemetry-api 1.40.0 → 1.40.0 runtime @app/build.gradle.kts:11',
      'org.apache.kafka:kafka-clients 3.7.0 → 3.7.0 runtime @app/build.gradle.kts:12',
      'com.squareup.okhttp3:okhttp 4.12.0 → 4.12.0 runtime @app/build.gradle.kts:12',
      'org.junit.jupiter:junit-jupiter 5.10.0 → 5.10.0 dev @app/build.gradle.kts:14',
      'org.springframework.boot 3.3.1 → 3.3.1 indirect @app/build.gradle.kts:3',
      'org.slf4j:slf4j-api 2.0.13 → 2.0.13 runtime @buildSrc/src/main/kotlin/shop.java-conventions.gradle.kts:3',
      'com.squareup.retrofit2:retrofit  → ? runtime @lib/common/build.gradle:4',
      'com.squareup.retrofit2:converter 2.11.0 → 2.11.0 runtime @lib/common/build.gradle:5',
    ]);
    assert.deepEqual(filesOf(app), ['app/src/main/kotlin/App.kt', 'lib/common/src/B.java']);
    assert.equal(units.get('lib/common/build.gradle')?.kind, 'library');
  });

  it('reads what plugins of the build look up in a catalog', async () => {
    const script = (alias: string): string =>
      `val libs = extensions.getByType<VersionCatalogsExtension>().named("libs")\ndependencies {\n    implementation(libs.findLibrary("${alias}").get())\n    implementation(libs.findBundle("tracing").get())\n}\n`;
    const files = {
      'settings.gradle.kts': 'include("app")\n',
      'gradle/libs.versions.toml':
        '[libraries]\nspring-kafka = { module = "org.springframework.kafka:spring-kafka" }\nbridge-otel = "io.micrometer:micrometer-tracing-bridge-otel:1.4.0"\n\n[bundles]\ntracing = ["bridge-otel"]\n',
      'build-logic/src/main/kotlin/shop.service-conventions.gradle.kts': script('spring-kafka'),
      'app/build.gradle.kts': 'plugins {\n    id("shop.service-conventions")\n}\n',
      'app/src/A.java': '',
    };
    const at = '@build-logic/src/main/kotlin/shop.service-conventions.gradle.kts';
    const app = (await unitsById(files)).get('app/build.gradle.kts');
    assert.deepEqual(dependenciesOf(app), [
      `org.springframework.kafka:spring-kafka  → ? runtime ${at}:3`,
      `io.micrometer:micrometer-tracing-bridge-otel 1.4.0 → 1.4.0 runtime ${at}:4`,
    ]);
    const other = {
      ...files,
      'build-logic/src/main/kotlin/shop.service-conventions.gradle.kts': script('spring-amqp'),
    };
    assert.deepEqual(
      (await unitsById(other)).get('app/build.gradle.kts')?.missing?.map(({ text }) => text),
      ['what libs.spring.amqp stands for is not among the files'],
    );
  });

  it('gives the dependencies of subprojects to each, also without settings in a cut-out', async () => {
    const unit = await unitsById({
      'build.gradle':
        "subprojects {\n  dependencies {\n    implementation 'io.micrometer:micrometer-tracing:1.3.0'\n  }\n}\n",
      'svc/build.gradle':
        "apply plugin: 'org.springframework.boot'\ndependencies {\n  compile 'com.squareup.okhttp3:okhttp:4.9.0'\n}\n",
      'svc/A.java': '',
    });
    assert.deepEqual(dependenciesOf(unit.get('svc/build.gradle')), [
      'com.squareup.okhttp3:okhttp 4.9.0 → 4.9.0 runtime @svc/build.gradle:3',
      'io.micrometer:micrometer-tracing 1.3.0 → 1.3.0 runtime @build.gradle:3',
    ]);
    assert.equal(unit.get('svc/build.gradle')?.kind, 'process');
  });

  it('knows the catalog under the name that a root script gives it for its subprojects', async () => {
    const root = (value: string): string =>
      `subprojects {\n  val shared = ${value}\n  dependencies {\n    implementation(shared.tracing.bridge)\n  }\n}\n`;
    const dependencies = async (value: string): Promise<readonly string[]> => {
      const units = await unitsById({
        'settings.gradle.kts': 'include("orders")\n',
        'gradle/libs.versions.toml':
          '[libraries]\ntracing-bridge = { module = "io.micrometer:micrometer-tracing-bridge-otel", version = "1.4.0" }\n',
        'build.gradle.kts': root(value),
        'orders/build.gradle.kts': 'plugins { id("org.springframework.boot") }\n',
        'orders/A.java': '',
      });
      return dependenciesOf(units.get('orders/build.gradle.kts'));
    };
    assert.deepEqual(
      await dependencies('rootProject.extensions.getByType<org.gradle.accessors.dm.LibrariesForLibs>()'),
      ['io.micrometer:micrometer-tracing-bridge-otel 1.4.0 → 1.4.0 runtime @build.gradle.kts:4'],
    );
    assert.deepEqual(await dependencies('rootProject.extensions.getByType<Others>()'), []);
  });

  it('takes a module for a process unless its boot jar is switched off, whatever is said of its plain jar', async () => {
    const kindWith = async (said: string): Promise<string | undefined> => {
      const units = await unitsById({
        'svc/build.gradle': `apply plugin: 'java-library'\napply plugin: 'org.springframework.boot'\n${said}\n`,
        'svc/A.java': '',
      });
      return units.get('svc/build.gradle')?.kind;
    };
    assert.equal(await kindWith('bootJar.enabled = true\njar.enabled = false'), 'process');
    assert.equal(await kindWith('bootJar {\n  mainClass = "A"\n}\njar {\n  enabled = false\n}'), 'process');
    assert.equal(await kindWith('bootJar.enabled = false\njar.enabled = true'), 'library');
    assert.equal(await kindWith('tasks.named("bootJar") {\n  enabled = false\n}'), 'library');
  });

  it('goes on where a pom is none, is its own parent, or declares entities', async () => {
    const facts = await readUnits(
      new MemoryFiles({
        'a/pom.xml':
          '<project><parent><artifactId>a</artifactId><relativePath>pom.xml</relativePath></parent><artifactId>a</artifactId></project>',
        'a/A.java': '',
        'b/pom.xml':
          '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project><artifactId>&b;</artifactId></project>',
        'c/pom.xml': '<project><artifactId>c</project>',
        'd/pom.xml': '<html/>',
      }),
    );
    assert.deepEqual(
      facts.skipped.map(({ file, why }) => [file.replaceAll('\\', '/').split('/').at(-2), why.slice(0, 6)]),
      [
        ['b', 'no XML'],
        ['c', 'no XML'],
        ['d', 'no Mav'],
      ],
    );
    const unit = await onlyUnit({
      'pom.xml': '\uFEFF\n<?xml version="1.0"?>\n<project>\n<artifactId>x</artifactId></project>',
      'A.java': '',
    });
    assert.equal(unit.manifest.range.startLine, 3);
  });
});
