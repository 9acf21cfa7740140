"""Spellings of addresses inside, and other URLs that nobody may make us call."""

PRIVATE_HOSTS = """
    127.1 127.0.0.1 0 0.0.0.0 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.000.000.001 169.254.169.254
    2852039166 0xa9fea9fe 100.64.0.1 10.0.0.1 172.16.0.1 192.168.0.1 198.18.0.1 192.0.0.192 192.88.99.1 224.0.0.1
    240.0.0.1 255.255.255.255 168.63.129.16 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
    [64:ff9b::7f00:1] [64:ff9b:1::a9fe:a9fe] [2002:7f00:1::] [2001:0:4136:e378:8000:63bf:80ff:fffe]
    [fe80::1%25eth0] [fe80::1] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1] [::ffff:0:127.0.0.1] localhost
    LOCALHOST localhost. foo.localhost ①②⑦.⓪.⓪.① 127。0。0。1 kafka mongo metadata.google.internal printer.local
""".split()  # noqa: SIM905 - a list to read, and to compare

OTHER_URLS = (
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com", "",
    "https://user@example.com/", "https://user:word@example.com/", "https://example.com@127.0.0.1/",
    "https://example.com#@127.0.0.1/", "https://example.com/#part", "https://example.com\\@127.0.0.1/",
    "https://example.com:22/", "https://example.com:80/", "https://example.com:0443/", "https://example.com:99999/",
    "https://example.com:/", "http://example.com/", "https://exa mple.com/", "https://example.com/\r\nX-Injected: 1",
    "https://example.com/\n", "https://example.com\t/", "https://ví-dụ.vn/", "https://.example.com/",
    "https://example..com/", "https://[example.com]/", "https://[::1/", "https://example.com/" + "a" * 500,
    "https://example.com/\x00", "HTTPS://example.com/", " https://example.com/", "javascript:alert(1)",
)  # fmt: skip
