"""What guide D prints, as notes.md puts it together from its broken lines."""

import base64

REQUEST_ID = "cbbfb2afa2094b14a7c6b66a0a399034"
TIMESTAMP = "1672531199012"  # the one that was signed; the header shows another
DATA_KEY = base64.b64decode("WU41aTRHaXFnTUtjT2dyNG9ERHBJbnRjOTg2NmVsYmg=")
IV = base64.b64decode("f9sjgniKmZNO9CeG")
SIGNATURE = "1e53e99379e78f6c37b9f7a3803412c2a54dde050494e99420d781f3ae8861d7"

PERSON = {
    "idType": "%enc_%eapFkonN3fzIDdSEkiD9EQg=",
    "idCountryJurisdiction": "%enc_%ACzvoa5ZmoiXFScyhNbRKtxUgw==",
    "idNum": "%enc_%BVeZ9hPEphW7EeSiE2UMP6bnM/QbklYusbM=",
    "fullNameEng": "%enc_%CQnGpkKS/FHrGOMgkJROsmXZe+kEXEZ61hEcNn/P",
    "fullNameChi": "%enc_%rtYCIbx0dZksk9K1QLpNT3zAjRi2YaZuWQ==",
}
REQUEST = {
    "data": [
        {
            "requestID": "1",
            "ipoID": "1234",
            "idList": [PERSON],
            "appQuantity": "1000",
            "firmID": "00000",
            "ownRef": "f992b5c2-fd16-4e57-8387-738cb7aa75fb",
        }
    ]
}

IPO_LIST = (
    '{"code":"0","message":"","data":[{"ipoID":"1234","stkCode":"9988",'
    '"isin":"KYG017191142","status":"25"},{"ipoID":"1235","stkCode":"9633",'
    '"isin":"CNE100004272","status":"30"},{"ipoID":"1236","stkCode":"9618",'
    '"isin":"KYG8208B1014","status":"45"},{"ipoID":"1237","stkCode":"6618",'
    '"isin":"KYG5074A1004","status":"60"},{"ipoID":"1238","stkCode":"1024",'
    '"isin":"KYG532631028","status":"70"}],"totalSize":5,'
    '"timeStamp":"2021-08-25 16:22:13","nextCursor":"1239","exception":[]}'
)
ADDED = (
    '{"code":"0","message":"","data":[{"requestID":1,"recordID":"1234567890123456A",'
    '"exception":[]}],"totalSize":1,"timestamp":"2021-08-26 09:13:22","exception":[]}'
)
CONFIRMED = (
    '{"code":"0","message":"","data":[{"transactionRef":"6398340114921",'
    '"preFundingStatus":"20","exception":[]},{"transactionRef":"6398340114972",'
    '"preFundingStatus":"30","exception":[]}],"totalSize":2,'
    '"timestamp":"2021-09-30 11:55:21","exception":[]}'
)
GATEWAY_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuh/iUUOPQEk/2HzBNcFMprLMmp0Z/kUj69+e"
    "P2d03gkOFShOfb/wI2Nmm3m7fwI/oFfab2qQgj4+I0F4zJzL9pd+QXSU+dmeEokXMVZpeqCr1zDn4I66"
    "usFNC4NWQcP9XQpVxjmTzK6e1LOpEk3wvRyW+mGqAJqPJvmatVmYXKvpmHdaOXN9vdK15o6cYm5aEPg1"
    "+ih05+N+UI3QeEYjv3O/b7wpvExBr52w0Z6MELYeOEdWrvp7U3p8eJGaaXTLkoqemIBWKfCefxqcn/tg"
    "W4o/X6h0J38XhrQLULSGtPUBAl3B4mfH504HI3cdX7pqnsgikNnwWqfjew89z+gvFQIDAQAB"
)
CRYPTO_META = (
    '{"code":"0","message":"","data":{"publicKey":"' + GATEWAY_KEY + '",'
    '"serverTimestamp":1640070861735}}'
)
