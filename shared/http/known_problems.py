"""The refusals that every service can give, documented."""

from shared.errors import Text
from shared.http.problems import document_problem

document_problem(
    "malformed-json",
    400,
    Text("JSON không đọc được", "The JSON can't be read"),
    Text(
        "Nội dung không phải JSON hợp lệ (UTF-8, không khóa trùng, số trong 64 bit, tối đa 32 tầng và 200 khóa).",
        "The body is no valid JSON (UTF-8, no duplicate keys, integers of 64 bits, at most 32 levels and 200 keys).",
    ),
)
document_problem(
    "malformed-request",
    400,
    Text("Yêu cầu không đọc được", "The request can't be read"),
    Text(
        "Địa chỉ, tiêu đề hoặc phần nén của yêu cầu bị hỏng; hãy sửa rồi gửi lại.",
        "The address, a header or the compression of the request is broken; repair it and send again.",
    ),
)
document_problem(
    "sign-in-needed",
    401,
    Text("Cần đăng nhập", "Sign-in needed"),
    Text("Hãy đăng nhập hoặc gửi khóa API.", "Sign in or send an API key."),
)
document_problem(
    "not-allowed",
    403,
    Text("Không có quyền", "Not allowed"),
    Text("Tài khoản này không có quyền làm việc đó.", "This account may not do that."),
)
document_problem(
    "not-found",
    404,
    Text("Không tìm thấy", "Not found"),
    Text("Không có gì ở địa chỉ này, hoặc bạn không được xem.", "Nothing is here, or nothing you may see."),
)
document_problem(
    "method-not-allowed",
    405,
    Text("Phương thức không dùng được", "Method not allowed"),
    Text("Tiêu đề Allow cho biết phương thức dùng được.", "The Allow header names the methods that work here."),
)
document_problem(
    "request-timeout",
    408,
    Text("Hết giờ chờ yêu cầu", "The request took too long"),
    Text("Nội dung đến quá chậm; hãy gửi lại.", "The body came too slowly; send it again."),
)
document_problem(
    "idempotency-conflict",
    409,
    Text("Mã đã dùng cho nội dung khác", "The key was used for other content"),
    Text(
        "Idempotency-Key này đã gửi một nội dung khác; hãy dùng mã mới cho nội dung mới.",
        "This Idempotency-Key came with other content before; use a new one for new content.",
    ),
)
document_problem(
    "stale",
    412,
    Text("Đã có người thay đổi", "Somebody changed it meanwhile"),
    Text("Hãy tải lại bản mới nhất rồi sửa.", "Load the newest version and change that."),
)
document_problem(
    "body-too-large",
    413,
    Text("Nội dung quá lớn", "Content too large"),
    Text(
        "Nội dung tối đa 256 kB (sau khi giải nén), trừ nơi nhận ảnh.",
        "A body has at most 256 kB (after decompression), except where pictures are taken.",
    ),
)
document_problem(
    "unsupported-media-type",
    415,
    Text("Kiểu nội dung không đọc được", "Unsupported media type"),
    Text(
        "Hãy gửi application/json; chỉ nén bằng gzip.",
        "Send application/json; the only content coding is gzip.",
    ),
)
document_problem(
    "invalid-fields",
    422,
    Text("Có mục chưa đúng", "Some fields need another look"),
    Text("Danh sách errors cho biết mục nào và cần làm gì.", "The list of errors names each field and what to do."),
)
document_problem(
    "implausible-time",
    422,
    Text("Thời điểm không hợp lý", "Implausible moment"),
    Text("Hãy xem lại ngày giờ trên thiết bị.", "Check the date and time of the device."),
)
document_problem(
    "too-many-requests",
    429,
    Text("Quá nhiều yêu cầu", "Too many requests"),
    Text("Hãy chờ số giây trong Retry-After.", "Wait for the seconds in Retry-After."),
)
document_problem(
    "internal-error",
    500,
    Text("Lỗi của hệ thống", "An error of ours"),
    Text(
        "Lỗi đã được ghi lại cùng mã trong instance; hãy thử lại hoặc báo mã đó.",
        "It was recorded under the identifier in `instance`; try again or tell us that identifier.",
    ),
)
document_problem(
    "store-unavailable",
    503,
    Text("Tạm thời chưa nhận được", "Temporarily unavailable"),
    Text(
        "Chưa ghi nhận gì; hãy gửi lại cùng Idempotency-Key sau số giây trong Retry-After.",
        "Nothing was accepted; send again with the same Idempotency-Key after the seconds in Retry-After.",
    ),
)
document_problem(
    "too-slow",
    503,
    Text("Tạm thời quá tải", "Temporarily overloaded"),
    Text(
        "Chưa rõ đã ghi nhận hay chưa; hãy gửi lại cùng Idempotency-Key.",
        "It is unknown whether it was accepted; send again with the same Idempotency-Key.",
    ),
)
