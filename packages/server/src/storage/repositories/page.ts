/** Pages of lists, the same for every list: creation order or its reverse, before or after a record of the list. */

export interface ListPage {
  /** By time of creation. Default `asc`. */
  order?: 'asc' | 'desc' | undefined;
  /** Most records to answer; 1 or more. */
  limit: number;
  /** Id of the record after which, in the list's order, the page begins. */
  after?: string | undefined;
  /** Id of the record before which the page ends. Without `after`, the page is the last one before it. */
  before?: string | undefined;
}

export interface Listed<T> {
  records: T[];
  /** Whether the list goes on in the direction that was asked for. */
  hasMore: boolean;
}
