/** Spend alerts and spend limits of the organization and of projects. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT } from '../common/bounds.ts';
import { beforeParam, pageQuery } from '../common/pages.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';

const CENTS = 'Amount in cents of the currency.';

export const SpendAlertNotificationChannel = named(
  'SpendAlertNotificationChannel',
  Type.Object({
    type: oneOf(['email'], { description: 'How the alert is sent.' }),
    recipients: Type.Array(Type.String(), { description: 'Email addresses of the recipients.' }),
    subject_prefix: Type.Optional(
      nullable(Type.String(), { description: 'Text with which the subject of the email starts.' }),
    ),
  }),
);
export type SpendAlertNotificationChannel = Static<typeof SpendAlertNotificationChannel>;

const money = {
  currency: oneOf(['USD'], { description: 'Currency of the amount.' }),
  interval: oneOf(['month'], { description: 'Interval in which the costs are summed.' }),
};

export const spendAlert = {
  id: Type.String(),
  threshold_amount: Type.Integer({ description: CENTS }),
  ...money,
  notification_channel: ref(SpendAlertNotificationChannel),
};

export const CreateSpendAlertBody = named(
  'CreateSpendAlertBody',
  Type.Object(
    {
      threshold_amount: Type.Integer({ minimum: 0, maximum: MAX_COUNT, description: CENTS }),
      ...money,
      notification_channel: ref(SpendAlertNotificationChannel),
    },
    { additionalProperties: false },
  ),
);
export type CreateSpendAlertBody = Static<typeof CreateSpendAlertBody>;

/** The order of spend alerts is that of their creation. */
export const spendAlertsQuery = pageQuery({ limit: 20, min: 0, max: 100, order: 'asc' }, { before: beforeParam });

export const SpendLimitCurrency = named('SpendLimitCurrency', Type.String({ description: '`USD`.' }));
export const SpendLimitInterval = named('SpendLimitInterval', Type.String({ description: '`month`.' }));
export const SpendLimitEnforcementStatus = named(
  'SpendLimitEnforcementStatus',
  Type.String({ description: '`enforcing` if requests are refused because of the limit, otherwise `inactive`.' }),
);

export const SpendLimitEnforcement = named(
  'SpendLimitEnforcement',
  Type.Object({ status: ref(SpendLimitEnforcementStatus) }),
);
export type SpendLimitEnforcement = Static<typeof SpendLimitEnforcement>;

export const spendLimit = {
  threshold_amount: Type.Integer({ description: CENTS }),
  currency: ref(SpendLimitCurrency),
  interval: ref(SpendLimitInterval),
  enforcement: ref(SpendLimitEnforcement),
};

/** Body of an update of a spend limit. */
export const spendLimitBody = (name: string) =>
  named(
    name,
    Type.Object(
      { threshold_amount: Type.Integer({ minimum: 1, maximum: MAX_COUNT, description: CENTS }), ...money },
      { additionalProperties: false },
    ),
  );
