/** The sentences about regulations in one language; tools/policy_pages.py writes them. */
export interface ClauseWords {
  /** Of a clause or reading, by id. */
  readonly clauses: Readonly<Record<string, string>>;
  /** Titles of regulations, by code. */
  readonly documents: Readonly<Record<string, string>>;
  /** What parameters are called, by key. */
  readonly parameters: Readonly<Record<string, string>>;
}
