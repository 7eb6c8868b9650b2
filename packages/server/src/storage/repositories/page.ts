/** Pages of lists: creation order or its reverse, before or after a record of the list. */

export interface ListPage {
  /** Order of creation. Default `asc`. */
  order?: 'asc' | 'desc' | undefined;
  /** Maximum number of records, at least 1. */
  limit: number;
  /** Id of the record before the page, in the order of the list. */
  after?: string | undefined;
  /** Id of the record after the page. Without `after`, the page is the last one before that record. */
  before?: string | undefined;
}

export interface Listed<T> {
  records: T[];
  /** Whether the list continues in the requested direction. */
  hasMore: boolean;
}
