"""The program that drives the cluster, in a process of its own: asked a line of JSON at a time, it answers with one each.

It is a process so that whoever asks can end it at any moment, and Java and its threads with it. What goes over its command
line and into Spark's settings is no secret: how the database is reached comes by its input, goes to the executors inside the
tasks, and is printed nowhere. When its input ends, because who asked was killed, it ends.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any

MEGABYTE = 2**20
EXECUTOR_SECONDS = 60
LOOK_SECONDS = 0.2
OWN_MEMORY = "1g"
READER_MEMORY = "512m"
FETCHED = 2000
LIKES = """
    SELECT member_id, array_agg(movie_id) FROM rating
    WHERE stars >= 4 AND member_id >= %s AND member_id < %s GROUP BY member_id
"""
READING_FAILED = re.compile(r"^psycopg\.\S*?(\w+): (.*)$", re.MULTILINE)
PLAIN_NAME = re.compile(r"^:? ?(?:[\w$.]+(?:Exception|Error): )*")
# What is said once Spark has asked a master three times in vain.
STOPPED = "stopped SparkContext"
LONGEST_REASON = 300


def read_likes(database: Mapping[str, Any], snapshot: str, ranges: Iterable[tuple[int, int]]) -> Iterator[Any]:
    """Yield members with the ids of the movies they like, by ranges of member ids; runs on an executor.

    All executors read the same state of the database: that of `snapshot`, which whoever asked holds open.
    """
    import psycopg  # noqa: PLC0415  (this function travels alone)
    from psycopg import sql  # noqa: PLC0415

    for low, high in ranges:
        with psycopg.connect(**database) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
            with connection.cursor("likes") as cursor:
                cursor.itersize = FETCHED
                cursor.execute(LIKES, (low, high))
                yield from cursor


class Cluster:
    """A session on the cluster."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        from pyspark.sql import SparkSession  # noqa: PLC0415  (slow to import)

        memory = f"{given['executor_memory'] // MEGABYTE}m"
        settings = {
            "spark.driver.host": given["address"],
            "spark.driver.memory": memory if given["local"] else OWN_MEMORY,
            "spark.local.dir": given["folder"],
            "spark.sql.warehouse.dir": given["folder"],
            "spark.cores.max": given["executors"],
            "spark.executor.cores": 1,
            "spark.executor.memory": memory,
            "spark.executor.pyspark.memory": READER_MEMORY,
            "spark.dynamicAllocation.enabled": "false",
            "spark.sql.shuffle.partitions": given["executors"] * 2,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.eventLog.enabled": "false",
            "spark.log.level": "ERROR",
        }
        builder = SparkSession.builder.master(given["master"]).appName("cinemactl recommend rebuild")
        for name, value in settings.items():
            builder = builder.config(name, str(value))
        self._session = builder.getOrCreate()
        self._cores = int(given["executors"])

    def await_executors(self, *, local: bool) -> int:
        """Return how many executors there are, at least one; raises TimeoutError after a minute without any."""
        status = self._session.sparkContext._jsc.sc()  # noqa: SLF001  (PySpark has no other way to ask)
        began = time.monotonic()
        while not local and status.getExecutorMemoryStatus().size() <= 1:
            if time.monotonic() - began > EXECUTOR_SECONDS:
                raise TimeoutError(f"no worker gave an executor within {EXECUTOR_SECONDS} s")
            time.sleep(LOOK_SECONDS)
        return max(int(status.getExecutorMemoryStatus().size()) - 1, 1)

    def fit(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Learn factors and write those of the movies to the file `out`: `ids`, and `factors` of movies by rank."""
        import numpy as np  # noqa: PLC0415  (slow to import)
        from pyspark.ml.recommendation import ALS  # noqa: PLC0415
        from pyspark.sql import functions  # noqa: PLC0415

        context = self._session.sparkContext
        if "likes" in given:
            rows = context.parallelize(_lists(given["likes"]), self._cores)
        else:
            ranges = [tuple(one) for one in given["ranges"]]
            reading = partial(read_likes, given["database"], given["snapshot"])
            rows = context.parallelize(ranges, len(ranges)).mapPartitions(reading)
        lists = self._session.createDataFrame(rows, "member int, movies array<int>", verifySchema=False)
        likes = lists.select("member", functions.explode("movies").alias("movie"), functions.lit(1.0).alias("liked"))
        learner = ALS(
            rank=given["rank"],
            maxIter=given["rounds"],
            regParam=given["regular"],
            alpha=given["alpha"],
            implicitPrefs=True,
            userCol="member",
            itemCol="movie",
            ratingCol="liked",
            seed=given["seed"],
            numUserBlocks=given["blocks"],
            numItemBlocks=given["blocks"],
        )
        found = learner.fit(likes).itemFactors.collect()
        ids = np.array([row.id for row in found], dtype=np.int64)
        factors = np.array([row.features for row in found], dtype=np.float32).reshape(len(found), given["rank"])
        np.savez(given["out"], ids=ids, factors=factors)
        return {"movies": len(found)}


def _lists(file: str) -> list[tuple[int, list[int]]]:
    """Return members with the movies they like, from a file with `ends` by member and `movies` one after another."""
    import numpy as np  # noqa: PLC0415  (slow to import)

    with np.load(file, allow_pickle=False) as kept:
        ends, movies = kept["ends"].tolist(), kept["movies"].tolist()
    begins = [0, *ends[:-1]]
    return [
        (member, movies[low:high]) for member, (low, high) in enumerate(zip(begins, ends, strict=True)) if low < high
    ]


def reason(error: BaseException) -> str:
    """Return in one line why something failed, without Java's names and the place in its source."""
    text = str(error).strip()
    if found := READING_FAILED.findall(text):
        return f"reading the ratings failed: {found[-1][1].strip()}"[:LONGEST_REASON]
    if STOPPED in text:
        return "no master of Spark answers there"
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("An error occurred")]
    said = PLAIN_NAME.sub("", lines[0]) if lines else type(error).__name__
    return (said.rstrip(".:") or type(error).__name__)[:LONGEST_REASON]


def main() -> None:
    """Answer what is asked until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Java inherits it, and says things there
    asked: SimpleQueue[dict[str, Any]] = SimpleQueue()
    given: list[dict[str, Any]] = []

    def listen() -> None:
        for line in sys.stdin:
            given.append(json.loads(line))
            asked.put(given[-1])
        if given:  # whoever made the folder for us may have been killed
            shutil.rmtree(given[0]["folder"], ignore_errors=True)
        os._exit(0)

    Thread(target=listen, daemon=True).start()
    cluster: Cluster | None = None
    while True:
        request = asked.get()
        answer: dict[str, Any]
        try:
            if cluster is None:
                cluster = Cluster(request)
                answer = {"executors": cluster.await_executors(local=request["local"])}
            else:
                answer = cluster.fit(request)
        except Exception as error:  # noqa: BLE001  (whoever asked is told)
            answer = {"error": reason(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
