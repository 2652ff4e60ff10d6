/** A test, or a hook, as the adapter of a framework tells of it. */
export interface TestScope {
  /** Unique in its thread. */
  readonly id: string
  /** Full name. */
  readonly name: string
  /** Absolute path. */
  readonly file: string
  readonly kind: 'test' | 'hook'
  /** The test and its hooks have ended. */
  isOver: boolean
  /** The journal names it. */
  isWritten: boolean
  /** The program's own word on whether children of this test may outlive it; undefined: the settings say. */
  mustEndChildren: boolean | undefined
}

/** The scope that a start belongs to, and how that is known; as in `TestReference` of the report. */
export interface FoundScope {
  scope: TestScope
  confidence: 'exact' | 'stack' | 'window'
}

/** The tests of one thread: what an adapter gives to the guard. */
export interface TestScopes {
  /**
   * The scope that the running code belongs to.
   * @param stack of the call, as the journal has it
   */
  find(stack: readonly string[]): FoundScope | undefined
  /** A test, or a file of tests, that has begun and not ended. */
  findPending(): TestScope | undefined
  /** See `sanitizeChildren` of the API. */
  sanitize(isOn: boolean): void
}
