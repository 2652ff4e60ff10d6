/** What the rule tests hand over, in place of `../rules/rule-tester.ts`. */
export const collected = []

export function testRule(rule, { invalid, valid }) {
  collected.push({ rule, tests: [...valid, ...invalid] })
}
