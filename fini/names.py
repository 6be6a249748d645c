"""FINI's own spellings in one place: endpoints, headers, fields and codes (guide D)."""

from typing import Final

# Endpoints, each behind the gateway's base URL (a setting).
TOKEN_PATH: Final = "/openam/oauth2/eu/access_token"  # noqa: S105 an address
CRYPTO_META: Final = "/api/crypto/meta"
IPO_LIST: Final = "/api/ipos/list/v1"
IPO_REFERENCE: Final = "/api/ipos/refdata/v1"
SUBSCRIPTIONS_ADD: Final = "/api/eipo/subscriptions/add/v1"
SUBSCRIPTIONS_CHANGE: Final = "/api/eipo/subscriptions/change/v1"
SUBSCRIPTIONS_INVALIDATE: Final = "/api/eipo/subscriptions/invalidate/v1"
SUBSCRIPTIONS_QUERY: Final = "/api/eipo/subscriptions/query/v1"
FUNDING_QUERY: Final = "/api/eipo/funding/query/v1"
FUNDING_CONFIRM: Final = "/api/eipo/funding/confirm/v1"

# Headers of an encrypted request (E2E 3).
ENCRYPTED_KEY: Final = "X-FINI-ENCRYPTED-KEY"
REQUEST_ID_HEADER: Final = "X-FINI-REQUEST-ID"
TIMESTAMP_HEADER: Final = "X-FINI-TIMESTAMP"
SIGNATURE: Final = "X-FINI-SIGNATURE"
ENCRYPTION_CLIENT: Final = "X-FINI-ENCRYPTION-CLIENT"

# What every answer is wrapped in.
CODE: Final = "code"
MESSAGE: Final = "message"
DATA: Final = "data"
TOTAL_SIZE: Final = "totalSize"
TIMESTAMPS: Final = ("timestamp", "timeStamp")  # both are printed
NEXT_CURSOR: Final = "nextCursor"
EXCEPTION: Final = "exception"
RECORD_ERROR_CODE: Final = "recordErrorCode"
RECORD_ERROR_MESSAGE: Final = "recordErrorMsg"
SUCCESS: Final = "0"
# Of a whole request (secondary, notes.md).
CRYPTO_REFUSALS: Final = "411"  # how they begin: nothing could be read, nothing done
DUPLICATE_REQUEST: Final = "411002"
TIMESTAMP_EXPIRED: Final = "411004"
WRONG_PUBLIC_KEY: Final = "411007"
FIRST_CURSOR: Final = "0"

# Crypto meta and the token.
PUBLIC_KEY: Final = "publicKey"
SERVER_TIMESTAMP: Final = "serverTimestamp"
ACCESS_TOKEN: Final = "access_token"  # noqa: S105 a name
EXPIRES_IN: Final = "expires_in"
SCOPE: Final = "scope"

# IPOs, subscriptions and funding.
IPO_ID: Final = "ipoID"
STOCK_CODE: Final = "stkCode"
ISIN: Final = "isin"
STATUS: Final = "status"
REQUEST_ID: Final = "requestID"
RECORD_ID: Final = "recordID"
OWN_REF: Final = "ownRef"
FIRM_ID: Final = "firmID"
QUANTITY: Final = "appQuantity"
SUB_FLOW_STATUS: Final = "subFlowStatus"
ID_LIST: Final = "idList"
ID_TYPE: Final = "idType"
ID_JURISDICTION: Final = "idCountryJurisdiction"
ID_NUMBER: Final = "idNum"
NAME_ENGLISH: Final = "fullNameEng"
NAME_CHINESE: Final = "fullNameChi"
TRANSACTION_REF: Final = "transactionRef"
PRE_FUNDING_STATUS: Final = "preFundingStatus"
SIZE: Final = "size"
# Of funding/query, whose entries the deck does not print: our reading, and only there.
# What comes under other names is kept and shown, and counts as not known.
FUNDING_AMOUNT: Final = "amount"
FUNDING_CURRENCY: Final = "currency"
FUNDING_BANK: Final = "bank"
FUNDING_DEADLINE: Final = "deadline"
HONG_KONG_DOLLAR: Final = "HKD"

# The fields of a person: encrypted on the wire, these five and no other (E2E).
ENCRYPTED_FIELDS: Final = frozenset(
    {ID_TYPE, ID_JURISDICTION, ID_NUMBER, NAME_ENGLISH, NAME_CHINESE}
)
ENCRYPTED_MARK: Final = "%enc_%"

HKID: Final = "1"  # the one idType that is proved (notes)

# Codes that are printed or secondary (notes); any other is data all the same.
FUNDING_PENDING: Final = "10"
FUNDING_CONFIRMED: Final = "20"
FUNDING_REJECTED: Final = "30"
AUTHORISED: Final = "3"
INVALIDATED: Final = "4"

# Which calls go out encrypted, by how their path begins; a setting may widen it.
ENCRYPTED_PATHS: Final = ("/api/eipo/subscriptions/",)
