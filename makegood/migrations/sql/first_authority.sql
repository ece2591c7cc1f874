-- Who may grant what alone, in a new shop: round sums of like worth, so that one in any of these currencies starts with
-- sensible limits; a shop sets its own. Sums are in minor units; a lead has no limit.
WITH standpoint (standpoint, up_to_minor) AS (
    VALUES ('customer', 15000), ('token', 50000), ('helper', 50000)
),
rate (rate, currencies) AS (
    VALUES
        (1, ARRAY['USD', 'EUR', 'GBP', 'CHF']),
        (1.5, ARRAY['CAD', 'AUD', 'NZD', 'SGD']),
        (4, ARRAY['PLN', 'BRL', 'ILS', 'RON', 'AED', 'SAR', 'MYR']),
        (10, ARRAY['SEK', 'NOK', 'DKK', 'CNY', 'HKD', 'TRY', 'MXN', 'ZAR']),
        (30, ARRAY['CZK', 'INR', 'THB', 'PHP', 'TWD']),
        (400, ARRAY['HUF']),
        -- Without minor units: whole yen, won, pesos.
        (1.5, ARRAY['JPY']),
        (13, ARRAY['KRW', 'CLP']),
        -- Thousandths.
        (3, ARRAY['KWD', 'BHD', 'JOD', 'OMR', 'TND'])
),
remedy (remedy) AS (
    VALUES ('send_faster'), ('send_elsewhere'), ('send_again'), ('send_part'), ('new_date'), ('refund')
)
INSERT INTO makegood_authority (standpoint, remedy, currency, up_to_minor)
SELECT standpoint, remedy, currency, up_to_minor * rate FROM standpoint, remedy, rate, unnest(currencies) AS currency
UNION ALL
-- A credit is given where nothing has to have been lost, so that its limit is a tenth; nobody gives one to themselves.
SELECT standpoint, 'credit', currency, up_to_minor / 10 * rate FROM standpoint, rate, unnest(currencies) AS currency
WHERE standpoint <> 'customer'
UNION ALL
SELECT 'lead', remedy, '*', NULL FROM remedy
UNION ALL
SELECT 'lead', 'credit', '*', NULL;
