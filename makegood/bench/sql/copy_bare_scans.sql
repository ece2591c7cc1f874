COPY bench_bare_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at) FROM STDIN
