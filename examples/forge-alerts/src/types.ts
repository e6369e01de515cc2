export type Product = 'jira' | 'confluence';

/** An issue or a page. Both products count their ids in digits. */
export interface Item {
  product: Product;
  id: string;
}

export interface Subscription extends Item {
  accountId: string;
  since: string;
}
