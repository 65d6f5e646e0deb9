"""Every problem an answer of the API can carry: code, HTTP status, title, and one sentence per language.

Codes never change meaning; clients act on the code alone. What becomes of a single op is a decision, not a problem:
those codes are in `gatehouse_sync.refusals`. No sentence has a place for input.
"""

from types import MappingProxyType
from typing import Final, NamedTuple


class Entry(NamedTuple):
    """`title` is for logs and developers, the sentences are for the person at the device."""

    status: int
    title: str
    zh_cn: str
    zh_tw: str
    en: str


_ENTRIES: Final = {
    # The frame (PROTOCOL 6.2)
    "empty_body": Entry(400, "Empty body", "请求没有内容。", "請求沒有內容。", "The request has no body."),
    "bad_json": Entry(
        400, "Not JSON", "请求不是有效的 JSON。", "請求不是有效的 JSON。", "The request is not valid JSON in UTF-8."
    ),
    "too_deep": Entry(
        400, "Nested too deep", "请求的结构嵌套过深。", "請求的結構巢狀過深。", "The request is nested too deeply."
    ),
    "bad_frame": Entry(
        400,
        "Frame not understood",
        "请求的格式与协议不符。",
        "請求的格式與協定不符。",
        "The request does not have the form the protocol asks for.",
    ),
    "bad_field": Entry(
        400,
        "Field not acceptable",
        "有一项内容缺失或格式不对。",
        "有一項內容缺漏或格式不對。",
        "A field is missing or does not have the required form.",
    ),
    "bad_value": Entry(
        400,
        "Value cannot be stored",
        "有一项内容含有无法保存的字符或数值。",
        "有一項內容含有無法儲存的字元或數值。",
        "A field holds a character or a number that cannot be stored.",
    ),
    "bad_request": Entry(
        400,
        "Bad request",
        "服务器无法理解这个请求。",
        "伺服器無法理解這個請求。",
        "The server cannot understand the request.",
    ),
    "too_large": Entry(413, "Too large", "请求的内容过大。", "請求的內容過大。", "The request is too large."),
    "too_many_ops": Entry(
        413,
        "Too many entries",
        "一次发送的记录过多，请分批发送。",
        "一次傳送的記錄過多，請分批傳送。",
        "Too many entries at once; send them in smaller lots.",
    ),
    "too_slow": Entry(
        408,
        "Body took too long",
        "请求内容没有按时到齐，请重试。",
        "請求內容沒有按時到齊，請重試。",
        "The request did not arrive in time; try again.",
    ),
    "wrong_media_type": Entry(
        415,
        "Wrong media type",
        "请求的内容类型不受支持。",
        "請求的內容類型不受支援。",
        "The request must be application/json, not compressed.",
    ),
    "app_too_old": Entry(
        426,
        "App too old",
        "这个版本的应用太旧了，服务器已不再支持。记录都还在本机，更新应用后会自动发送。",
        "這個版本的應用太舊了，伺服器已不再支援。記錄都還在本機，更新應用後會自動傳送。",
        "This version of the app is too old for the server. What was recorded is kept here and sent after an update.",
    ),
    "unknown_device": Entry(
        401,
        "Unknown device",
        "服务器不认识这台设备。",
        "伺服器不認識這台裝置。",
        "The server does not know this device.",
    ),
    "bad_signature": Entry(
        401,
        "Bad signature",
        "设备签名不正确。",
        "裝置簽章不正確。",
        "The signature of the device is not right.",
    ),
    "anchor_stale": Entry(
        401,
        "Anchor too old",
        "时间凭证已过期，请重新获取。",
        "時間憑證已過期，請重新取得。",
        "The time anchor is too old or not ours; fetch a new one.",
    ),
    "bad_key": Entry(
        400,
        "Bad key",
        "设备密钥的格式不正确。",
        "裝置金鑰的格式不正確。",
        "The key of the device does not have the required form.",
    ),
    "chain_known": Entry(
        409,
        "Chain known",
        "这个编号的记录链已经存在。",
        "這個編號的記錄鏈已經存在。",
        "A chain with this id exists already.",
    ),
    # Who may
    "not_signed_in": Entry(401, "Not signed in", "请先登录。", "請先登入。", "Please sign in first."),
    "device_token_needed": Entry(
        401,
        "Device token needed",
        "请求缺少有效的设备令牌。",
        "請求缺少有效的裝置權杖。",
        "The request needs a valid device token.",
    ),
    "device_token_expired": Entry(
        401,
        "Device token expired",
        "设备令牌已过期，请重新获取。",
        "裝置權杖已過期，請重新取得。",
        "The device token has expired; ask for a new one.",
    ),
    "session_ended": Entry(
        401,
        "Session ended",
        "登录已失效，请重新登录。",
        "登入已失效，請重新登入。",
        "Your session has ended; sign in again.",
    ),
    "sign_in_wrong": Entry(
        401,
        "Sign-in not accepted",
        "工号（或手机号）或密码不正确。",
        "工號（或手機號碼）或密碼不正確。",
        "The staff number, phone or password is not right.",
    ),
    "sign_in_throttled": Entry(
        429,
        "Too many sign-in attempts",
        "登录尝试次数过多，请稍后再试。",
        "登入嘗試次數過多，請稍後再試。",
        "Too many attempts to sign in; wait a little.",
    ),
    "code_wrong": Entry(
        401,
        "One-time code not accepted",
        "工号（或手机号）或一次性登录码不正确，或者登录码已用过、已过期。",
        "工號（或手機號碼）或一次性登入碼不正確，或者登入碼已用過、已過期。",
        "The staff number, phone or one-time code is not right, or the code was used or has expired.",
    ),
    "code_weak_password": Entry(
        400,
        "Password too weak",
        "密码至少要 8 个字符，且不能与工号或手机号相同。",
        "密碼至少要 8 個字元，且不能與工號或手機號碼相同。",
        "The password needs at least 8 characters and must not be the staff number or phone.",
    ),
    "org_needed": Entry(
        409,
        "Organisation needed",
        "这个账号属于多个单位，请选择一个。",
        "這個帳號屬於多個單位，請選擇一個。",
        "This sign-in belongs to several organisations; choose one.",
    ),
    "other_org": Entry(
        403,
        "Other organisation",
        "设备或账号属于另一个单位。",
        "裝置或帳號屬於另一個單位。",
        "The device or the account belongs to another organisation.",
    ),
    "device_mismatch": Entry(
        403,
        "Device does not match",
        "请求与设备令牌不是同一台设备。",
        "請求與裝置權杖不是同一台裝置。",
        "The request names another device than its token.",
    ),
    "device_revoked": Entry(
        403,
        "Device revoked",
        "这台设备已被停用；尚未送出的记录仍可送出。",
        "這台裝置已被停用；尚未送出的記錄仍可送出。",
        "This device was revoked; what it still holds can be sent.",
    ),
    "not_allowed": Entry(
        403, "Not allowed", "您没有权限进行此操作。", "您沒有權限進行此操作。", "You are not allowed to do this."
    ),
    "wrong_origin": Entry(
        403,
        "Wrong origin",
        "请求来自不受信任的网页。",
        "請求來自不受信任的網頁。",
        "The request comes from a page this server does not trust.",
    ),
    # Group robots
    "robot_address": Entry(
        400,
        "Not a robot's address",
        "这不是所选平台的群机器人地址，请从群设置里重新复制。",
        "這不是所選平台的群組機器人網址，請從群組設定重新複製。",
        "This is not a group robot's address of the chosen platform; copy it from the group's settings again.",
    ),
    "robot_known": Entry(
        409,
        "Robot known",
        "这个群机器人已经添加过。",
        "這個群組機器人已經加入過。",
        "This group robot was added already.",
    ),
    "robot_limit": Entry(
        409,
        "Too many robots",
        "群机器人最多 20 个，请先删除不用的。",
        "群組機器人最多 20 個，請先刪除不用的。",
        "There can be 20 group robots; remove one that is not needed.",
    ),
    "robot_place": Entry(
        400,
        "Team or site not found",
        "没有找到所选的班组或项目。",
        "找不到所選的班組或案場。",
        "The chosen team or site was not found; choose one of them, or neither.",
    ),
    # Resources
    "not_found": Entry(404, "Not found", "没有找到。", "找不到。", "There is nothing here."),
    "method_not_allowed": Entry(
        405,
        "Method not allowed",
        "此地址不支持这种请求方式。",
        "此網址不支援這種請求方式。",
        "This address does not take this method.",
    ),
    "already_done": Entry(
        409, "Already done", "此操作已经完成过。", "此操作已經完成過。", "This has been done already."
    ),
    "gone": Entry(
        410, "No longer valid", "已过期或已用过。", "已過期或已用過。", "This has expired or was used already."
    ),
    "too_old": Entry(
        426,
        "Client too old",
        "应用版本过旧，请更新；未送出的记录不会丢失。",
        "應用程式版本過舊，請更新；未送出的記錄不會遺失。",
        "This app is too old; update it. What is not yet sent is kept.",
    ),
    # Spreadsheets
    "sheet_unknown_format": Entry(
        415,
        "Not a spreadsheet",
        "这不是能读的表格。请另存为 XLSX 或 CSV（UTF-8 或 GBK）再选。",
        "這不是能讀的試算表。請另存為 XLSX 或 CSV（UTF-8 或 GBK）再選。",
        "This is no spreadsheet we can read; save it as XLSX or CSV (UTF-8 or GBK).",
    ),
    "sheet_old_format": Entry(
        415,
        "Old or protected workbook",
        "这是旧版 XLS，或者设了打开密码。请去掉密码，另存为 XLSX 再选。",
        "這是舊版 XLS，或者設了開啟密碼。請移除密碼，另存為 XLSX 再選。",
        "This is an old XLS or needs a password; remove the password and save it as XLSX.",
    ),
    "sheet_damaged": Entry(
        422,
        "Damaged workbook",
        "表格文件已损坏，打不开。请重新保存一份再选。",
        "試算表檔案已損壞，打不開。請重新儲存一份再選。",
        "The workbook is damaged; save it again and choose the new file.",
    ),
    "sheet_too_large": Entry(
        413,
        "Spreadsheet too large",
        "表格太大：文件不超过 10 MB，每张不超过 50,000 行。请拆成几份。",
        "試算表太大：檔案不超過 10 MB，每張不超過 50,000 列。請拆成幾份。",
        "The spreadsheet is too large: at most 10 MB and 50,000 rows; split it.",
    ),
    "sheet_too_many_rows": Entry(
        413,
        "Too many rows",
        "表格超过 50,000 行，请拆成几份。",
        "試算表超過 50,000 列，請拆成幾份。",
        "The sheet has more than 50,000 rows; split it.",
    ),
    "sheet_bad_quotes": Entry(
        422,
        "Quotation marks do not match",
        "CSV 里有引号没有成对，请用表格软件重新保存。",
        "CSV 裡有引號沒有成對，請用試算表軟體重新儲存。",
        "A quotation mark in the CSV is never closed; save it again with a spreadsheet program.",
    ),
    "sheet_empty": Entry(
        422, "Empty spreadsheet", "表格是空的。", "試算表是空的。", "There is nothing in the spreadsheet."
    ),
    "import_mapping": Entry(
        422,
        "Columns not matched",
        "有两列对应了同一项，请每项只选一列。",
        "有兩欄對應了同一項，請每項只選一欄。",
        "Two columns stand for the same thing; choose one.",
    ),
    "import_errors": Entry(
        422,
        "Rows with errors",
        "表格里还有错误，什么都没有写入。请改好再导入。",
        "試算表裡還有錯誤，什麼都沒有寫入。請改好再匯入。",
        "The file still has errors; nothing was written. Correct it and try again.",
    ),
    "import_stale": Entry(
        409,
        "Changed since the preview",
        "预览之后资料有了变动，什么都没有写入。请重新预览。",
        "預覽之後資料有了變動，什麼都沒有寫入。請重新預覽。",
        "Something changed since the preview; nothing was written. Look at it again.",
    ),
    "import_refused": Entry(
        409,
        "A change was refused",
        "其中一项改动不被允许，什么都没有写入。请重新预览。",
        "其中一項改動不被允許，什麼都沒有寫入。請重新預覽。",
        "One of the changes is not allowed; nothing was written. Look at it again.",
    ),
    # The server's side
    "too_many_requests": Entry(
        429,
        "Too many requests",
        "请求过于频繁，请稍后再试。",
        "請求過於頻繁，請稍後再試。",
        "Too many requests; wait a little.",
    ),
    "busy": Entry(
        503, "Busy", "服务器正忙，请稍后再试。", "伺服器忙碌中，請稍後再試。", "The server is busy; try again."
    ),
    "storage_away": Entry(
        503,
        "Database away",
        "数据库暂时连不上，记录仍在您的设备上。",
        "資料庫暫時連不上，記錄仍在您的裝置上。",
        "The database cannot be reached; your entries stay on the device.",
    ),
    "storage_failed": Entry(
        503,
        "Disk failed",
        "服务器的磁盘出错，暂停写入；记录仍在您的设备上。",
        "伺服器的磁碟發生錯誤，暫停寫入；記錄仍在您的裝置上。",
        "The server's disk failed and nothing is written; your entries stay on the device.",
    ),
    "storage_full": Entry(
        507,
        "Disk full",
        "服务器的磁盘已满；记录仍在您的设备上。",
        "伺服器的磁碟已滿；記錄仍在您的裝置上。",
        "The server's disk is full; your entries stay on the device.",
    ),
    "server_fault": Entry(
        500,
        "Server fault",
        "服务器出错，已记入日志；请凭请求编号联系管理员。",
        "伺服器發生錯誤，已記入日誌；請憑請求編號聯絡管理員。",
        "The server made a mistake and noted it; give the request id to your administrator.",
    ),
}
CATALOGUE: Final = MappingProxyType(_ENTRIES)
