/** A Maven module with dependencies given as `group:artifact[:version]`. */
export function pom(artifact: string, ...dependencies: readonly string[]): string {
  const all = dependencies.map((one) => {
    const [group, name, version] = one.split(':');
    const said = version === undefined ? '' : `\n      <version>${version}</version>`;
    return `    <dependency>\n      <groupId>${group}</groupId>\n      <artifactId>${name}</artifactId>${said}\n    </dependency>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>3.3.4</version>
  </parent>
  <groupId>com.acme</groupId>
  <artifactId>${artifact}</artifactId>
  <version>1.0.0</version>
  <dependencies>
${all.join('\n')}
  </dependencies>
</project>
`;
}

/** What a Spring Boot 3 service declares that exports traces by Micrometer Tracing. */
export const MICROMETER = [
  'org.springframework.boot:spring-boot-starter-web',
  'org.springframework.boot:spring-boot-starter-actuator',
  'io.micrometer:micrometer-tracing-bridge-otel',
  'io.opentelemetry:opentelemetry-exporter-otlp',
] as const;

/** What one with the OpenTelemetry starter declares. */
export const STARTER = [
  'org.springframework.boot:spring-boot-starter-web',
  'io.opentelemetry.instrumentation:opentelemetry-spring-boot-starter:2.9.0',
] as const;

/** What a Spring Boot 2 service with Sleuth declares. */
export const SLEUTH = [
  'org.springframework.boot:spring-boot-starter-web',
  'org.springframework.cloud:spring-cloud-starter-sleuth',
  'org.springframework.cloud:spring-cloud-sleuth-zipkin',
] as const;

/** An image that starts with OpenTelemetry's agent. */
export const AGENT =
  'FROM eclipse-temurin:21\nCOPY opentelemetry-javaagent.jar /otel.jar\nENTRYPOINT ["java", "-javaagent:/otel.jar", "-jar", "app.jar"]\n';

/** The main class of a service. */
export const MAIN = `package com.acme.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class OrdersApplication {
  public static void main(String[] args) {
    SpringApplication.run(OrdersApplication.class, args);
  }
}
`;

/** Where the sources of a module lie. */
export const SOURCES = 'src/main/java/com/acme/orders';
