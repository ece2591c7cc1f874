"""Who may ask what: every address, by hand. What is added stands here too, or the tests of it fail."""

# The scope that a token needs, and whether it may act for a customer there, who sees what is theirs alone.
API = """
PUT    /announcements                               act
PUT    /announcements/{reference}                   act
GET    /authority                                   read
GET    /carriers                                    read
GET    /carriers/{carrier}/hearing                  read
PUT    /carriers/{carrier}/hearing                  admin
GET    /quiet-start                                 read
PUT    /quiet-start                                 admin
DELETE /quiet-start                                 admin
GET    /quiet-start/letters                         read
GET    /cases                                       read
GET    /cases/{case}                                read
PUT    /cases/{case}/assignment                     act
PUT    /cases/{case}/closure                        act
GET    /cases/{case}/draft                          read
POST   /cases/{case}/letter-retry                   act
POST   /cases/{case}/notes                          act
POST   /cases/{case}/remedies                       act
POST   /cases/{case}/replies                        act
POST   /cases/{case}/reply-check                    read
GET    /clock                                       read   own
PUT    /clock                                       admin
POST   /contact                                     act
GET    /customers                                   read
PUT    /customers                                   write
GET    /customers/{reference}                       read   own
PUT    /customers/{reference}                       write
PUT    /customers/{reference}/handles               act
GET    /customers/{reference}/account              read   own
POST   /customers/{reference}/credits              act
POST   /customers/{reference}/payments             act    own
POST   /customers/{reference}/payouts              act    own
DELETE /customers/{reference}/sign-in-links         act    own
POST   /customers/{reference}/sign-in-links         act
GET    /dispatch-notices                            read
POST   /dispatch-notices/{notice}/retry             act
GET    /dispatches                                  read   own
GET    /dispatches/{dispatch}                       read   own
PUT    /dispatches/{dispatch}/number                act
POST   /dispatches/{dispatch}/parcel                act
PUT    /dispatches/{dispatch}/ship_to               act    own
GET    /disputes                                   read
GET    /disputes/{dispute}                         read
POST   /disputes/{dispute}/acceptance              act
POST   /disputes/{dispute}/evidence                act
GET    /disputes/{dispute}/evidence.pdf            read
GET    /facts                                       read
GET    /grants                                      read   own
POST   /grants/{grant}/undoing                      act
GET    /mails                                       read
GET    /mails/{mail}                                read
POST   /mails/{mail}/dismissal                      act
GET    /mails/{mail}/formatted                      read
GET    /mails/{mail}/raw                            admin
POST   /mails/{mail}/retry                          act
POST   /mails/{mail}/taking-in                      act
GET    /messages                                    read   own
POST   /messages                                    act    own
GET    /messages/{message}/attachments              read   own
GET    /orders                                      read   own
PUT    /orders                                      write
GET    /orders/{reference}                          read   own
PUT    /orders/{reference}                          write
GET    /orders/{reference}/changes                 read   own
POST   /orders/{reference}/changes                 act    own
GET    /orders/{reference}/changes/{number}        read   own
POST   /orders/{reference}/changes/{number}/settlement act
POST   /orders/{reference}/changes/preview         act    own
GET    /orders/{reference}/history                  read
GET    /orders/{reference}/possible-changes        read   own
POST   /orders/{reference}/refunds                 act
GET    /orders/{reference}/needs                    read   own
POST   /orders/{reference}/needs                    act    own
GET    /orders/{reference}/remedies                 read   own
POST   /orders/{reference}/remedies                 act    own
POST   /orders/{reference}/shortages                act
GET    /parcels                                     read   own
GET    /parcels/{reference}                         read   own
POST   /parcels/{reference}/not-received            act    own
GET    /parked-reactions                            read
GET    /parked-reactions/{parked}                   read
POST   /parked-reactions/{parked}/dismissal         act
POST   /parked-reactions/{parked}/retry             act
GET    /perks                                       read   own
GET    /places                                      read
PUT    /places                                      write
GET    /places/{place}/pick-list.csv                read
GET    /places/{reference}                          read
PUT    /places/{reference}                          write
GET    /postage-rates                              read
PUT    /postage-rates                              write
GET    /postage-rates/{country}/{currency}         read
PUT    /postage-rates/{country}/{currency}         write
GET    /products                                    read
PUT    /products                                    write
GET    /products/{reference}                        read
PUT    /products/{reference}                        write
GET    /policy                                      read
PUT    /policy                                      admin
POST   /policy/replays                              admin
GET    /promises                                    read   own
GET    /promises/{promise}                          read   own
POST   /promises/{promise}/revision                 act
GET    /receipts                                   read   own
PUT    /receipts                                   write
GET    /receipts/{receipt}                         read   own
POST   /receipts/{receipt}/conversion              act
POST   /receipts/{receipt}/disowning               act
POST   /receipts/{receipt}/return                  act
GET    /reconciliation                             read
GET    /refunds                                     read   own
GET    /refunds/{refund}                            read   own
POST   /refunds/{refund}/completion                 act
POST   /refunds/{refund}/failure                    act
POST   /scans                                       scans
GET    /services                                    read
PUT    /services                                    write
GET    /services/{reference}                        read
PUT    /services/{reference}                        write
GET    /staff                                       read
PUT    /staff                                       admin
GET    /staff/{reference}                           read
PUT    /staff/{reference}                           admin
GET    /shortages                                   read
GET    /shortages/{shortage}                        read
POST   /shortages/{shortage}/undoing                act
GET    /stock                                       read
PUT    /stock                                       write
GET    /stock/{place}/{sku}                         read
PUT    /stock/{place}/{sku}                         write
GET    /stops                                       read   own
GET    /stops/{stop}                                read   own
POST   /stops/{stop}/completion                     act
POST   /sweep                                       admin
GET    /tenders                                    read   own
PUT    /tenders                                    write
GET    /tokens                                      admin
POST   /tokens                                      admin
DELETE /tokens/{token}                              admin
GET    /tokens/{token}                              admin
GET    /unassigned                                  read
GET    /unassigned/{words}                          read
POST   /unassigned/{words}/assignment               act
POST   /unassigned/{words}/contact                  act
POST   /unassigned/{words}/dismissal                act
GET    /unmatched-receipts                         read
GET    /unmatched-receipts/{unmatched}             read
POST   /unmatched-receipts/{unmatched}/match       act
"""

# Who gets in: anyone; a customer, to what is theirs; a helper; a lead; or who brings a proof of their own.
PAGES = """
/desk/sign-in                                       anyone
/desk/sign-in/link                                  anyone
/desk/enter/<int:helper_id>/<str:token>             proof
/desk/sign-out                                      anyone
/desk/events                                        helper
/desk/                                              helper
/desk/inbox                                         helper
/desk/cases/<int:number>                            helper
/desk/cases/<int:number>/changes                    helper
/desk/cases/<int:number>/remedy                     helper
/desk/cases/<int:number>/undoing                    helper
/desk/cases/<int:number>/need                       helper
/desk/cases/<int:number>/notes                      helper
/desk/cases/<int:number>/assignment                 helper
/desk/cases/<int:number>/closure                    helper
/desk/cases/<int:number>/letter/retry               helper
/desk/cases/<int:number>/handles                    helper
/desk/cases/<int:number>/sign-out                   helper
/desk/cases/<int:number>/reply                      helper
/desk/cases/<int:number>/reply/draft                helper
/desk/cases/<int:number>/reply/check                helper
/desk/orders/<path:reference>/change/<int:number>/settlement helper
/desk/orders/<path:reference>/change                helper
/desk/promises                                      helper
/desk/parcels                                       helper
/desk/carriers                                      helper
/desk/pick-list                                     helper
/desk/pick-list/<int:dispatch_id>/parcel            helper
/desk/pick-list/<int:dispatch_id>/number            helper
/desk/pick-list/<int:dispatch_id>/address           helper
/desk/pick-list/<int:place_id>.csv                  helper
/desk/pick-list/stops/<int:task_id>/completion      helper
/desk/pick-list/shortages                           helper
/desk/pick-list/shortages/<int:shortage_id>/undoing helper
/desk/pick-list/announcements                       helper
/desk/pick-list/notices/<int:notice_id>/retry       helper
/desk/quiet-start                                   helper
/desk/quiet-start/beginning                         lead
/desk/refunds                                       helper
/desk/refunds/<int:refund_id>/payment               helper
/desk/refunds/<int:refund_id>/failure               helper
/desk/disputes                                      helper
/desk/disputes/<int:dispute_id>                     helper
/desk/disputes/<int:dispute_id>/evidence.pdf        helper
/desk/disputes/<int:dispute_id>/evidence            helper
/desk/disputes/<int:dispute_id>/acceptance          helper
/desk/unmatched                                     helper
/desk/unmatched/<int:unassigned_id>/customer        helper
/desk/unmatched/<int:unassigned_id>/contact         helper
/desk/unmatched/<int:unassigned_id>/dismissal       helper
/desk/unmatched-money                               helper
/desk/unmatched-money/<int:unmatched_id>/match      helper
/desk/customers/<int:customer_id>/account           helper
/desk/customers/<int:customer_id>/account.pdf       helper
/desk/customers/<int:customer_id>/payout            helper
/desk/customers/<int:customer_id>/credit            helper
/desk/receipts/<int:receipt_id>/return              helper
/desk/receipts/<int:receipt_id>/conversion          helper
/desk/receipts/<int:receipt_id>/disowning           helper
/desk/messages                                      helper
/desk/mails                                         helper
/desk/mails/refused/dismissal                       helper
/desk/mails/<int:mail_id>/retry                     helper
/desk/mails/<int:mail_id>/taking-in                 helper
/desk/mails/<int:mail_id>/dismissal                 helper
/desk/mails/<int:number>/raw                        helper
/desk/mails/<int:number>/formatted                  helper
/desk/attachments/<int:number>                      helper
/desk/mails/<int:number>/files/<int:place>          helper
/desk/stuck-work                                    helper
/desk/stuck-work/<int:parked_id>/retry              helper
/desk/stuck-work/<int:parked_id>/dismissal          helper
/desk/authority                                     helper
/desk/authority/policy                              helper
/desk/authority/policy/trial                        helper
/desk/authority/policy/adoption                     lead
/desk/search                                        helper
/desk/mailbox                                       helper
/desk/mailbox/<int:message_id>/answer               helper
/desk/demo                                          helper
/desk/demo/clock                                    helper
/desk/story                                         helper
/desk/story/steps                                   helper
/desk/<path:_address>                               helper
/inlets/scans/<str:source>                          proof
/inlets/stripe                                      proof
/inlets/orders/<str:source>                         proof
/inlets/dispatches/<str:source>                     proof
/inlets/shortages/<str:source>                      proof
/attachments/<str:token>                            proof
/                                                   anyone
/sign-in                                            anyone
/enter/<str:token>                                  proof
/sign-out                                           anyone
/sign-out/everywhere                                customer
/orders                                             customer
/orders/<path:reference>/remedy                     customer
/orders/<path:reference>/need                       customer
/orders/<path:reference>/wrong                      customer
/orders/<path:reference>/address                    customer
/orders/<path:reference>/change                     customer
/orders/<path:reference>/message                    customer
/orders/<path:reference>                            customer
/messages                                           customer
/promises                                           customer
/account/statement                                  customer
/account/statement.pdf                              customer
/account/payout                                     customer
/account/payment                                    customer
/help                                               anyone
"""
