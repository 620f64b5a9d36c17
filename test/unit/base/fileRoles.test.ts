import assert from 'node:assert/strict';
import { isTest } from '../../../src/base/fileRoles';

describe('test files by their path', () => {
  const tests = [
    'billing/src/test/java/a/Invoice.java',
    'billing/src/testFixtures/java/a/FakeGateway.java',
    'billing/src/integrationTest/kotlin/a/Broker.kt',
    'billing/src/jvmTest/kotlin/a/Rates.kt',
    'billing/src/main/kotlin/a/InvoiceTest.kt',
    'billing/src/main/kotlin/a/InvoiceIT.kt',
    'billing/src/main/java/a/InvoiceIT.java',
    'Billing.Tests/Invoice.cs',
  ];
  for (const path of tests) it(`knows ${path}`, () => assert.equal(isTest(path), true));

  const others = [
    'billing/src/main/kotlin/a/Latest.kt',
    'billing/src/main/kotlin/a/Audit.kt',
    'billing/src/latest/java/a/Invoice.java',
    'billing/src/contest/handler.ts',
    'billing/src/testing.ts',
  ];
  for (const path of others) it(`leaves ${path} alone`, () => assert.equal(isTest(path), false));
});
