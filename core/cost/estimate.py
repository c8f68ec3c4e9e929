"""What a bake of a shape costs, at given prices: the formulas, one function for each thing AWS bills.

Image Builder itself is free; what it starts is not. Sources: EC2 on-demand pricing (per second, 60 at least for every
start; SUSE by the hour), EBS pricing (per second, likewise; a month is taken for 730 hours), VPC pricing (public IPv4),
EC2 data transfer between regions, ECR, CloudWatch, S3 and Inspector pricing pages, as of 2026.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from core.cost.amount import SECONDS_PER_HOUR, SECONDS_PER_MONTH
from core.cost.assumptions import ASSUMED, assumptions
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.cost import Cost, Item, Part, Range, Sum
from core.cost.item import Factor, Named, line, unpriced
from core.cost.price import Unknown
from core.cost.prices import Prices

MINIMUM_SECONDS: Final = 60
"""Of an instance and its volumes, for every start."""
BY_THE_HOUR: Final = "SUSE"
INCLUDED_IOPS: Final = 3_000
INCLUDED_THROUGHPUT: Final = 125
FIRST_TIER_IOPS: Final = 32_000
"""io2's dearest tier; those above cost less, and no price is known of them."""
PROVISIONED: Final = ("io1", "io2")


def estimate(shape: Shape, prices: Prices) -> Cost:
    """The cost of a bake. Pure; takes under a millisecond, so it may be asked at every key and every slider's step."""
    return Cost(
        run=run_of(shape, prices),
        standing=_sum(
            "Standing, each month",
            Sum("Images", tuple(images(shape, prices))),
            Sum("Files in S3", tuple(_files(shape, prices))),
        ),
        aside=Sum("Logs, in neither sum", tuple(_logs(shape, prices))),
        versions=shape.versions,
        runs_per_month=shape.runs_per_month,
        assumptions=assumptions(shape),
    )


def run_of(shape: Shape, prices: Prices) -> Sum:
    """What one run costs, by itself."""
    return _sum(
        "One run",
        Sum("Instances", tuple(_instances(shape, prices, stays(shape)))),
        Sum("Volumes", tuple(_volumes(shape, prices, _total(tuple(billed(each) for each in shape.machines))))),
        Sum("Public IPv4", tuple(_addresses(shape, prices, _total(shape.machines)))),
        Sum("First copies", tuple(copies(shape, prices))),
        Sum("Scans", tuple(_scans(shape, prices))),
    )


def _sum(name: str, *parts: Sum) -> Sum:
    """Of the parts that there are."""
    return Sum(name, tuple(part for part in parts if part.parts))


def hourly(shape: Shape, prices: Prices) -> Sum:
    """What one machine of this bake costs for every hour that it is there: kept after a failure, or waiting for
    someone's approval."""
    hour = Range.of(SECONDS_PER_HOUR, source="one hour")
    parts = (
        *_instances(shape, prices, (("Instance", hour),)),
        *_volumes(shape, prices, hour),
        *_addresses(shape, prices, hour),
    )
    return Sum("One machine, each hour", parts)


def stays(shape: Shape) -> tuple[tuple[str, Range], ...]:
    """The machines by name, with how many seconds of each are billed."""
    tests = len(shape.machines) - 1 - len(shape.again)
    names = ("Build instance", *["Test instance"] * tests, *["Instance of an earlier attempt"] * len(shape.again))
    whole_hours = BY_THE_HOUR in shape.surcharges
    return tuple((name, billed(each, whole_hours)) for name, each in zip(names, shape.machines, strict=True))


def billed(seconds: Range, whole_hours: bool = False) -> Range:
    """Seconds on the bill of a machine that was there for `seconds`."""
    if not whole_hours:
        return seconds.at_least(MINIMUM_SECONDS)
    low, high = (max(_hours_begun(each), Decimal(1)) * SECONDS_PER_HOUR for each in (seconds.low, seconds.high))
    return Range(low, high, seconds.source)


def _hours_begun(seconds: Decimal) -> Decimal:
    return (seconds / SECONDS_PER_HOUR).to_integral_value(ROUND_CEILING)


def _total(each: tuple[Range, ...]) -> Range:
    return sum(each[1:], each[0])


def _instances(shape: Shape, prices: Prices, times: tuple[tuple[str, Range], ...]) -> Iterator[Item]:
    besides = tuple(
        Unknown(f"what {each} adds to the price of an instance", "The price here is that of a plain instance.")
        for each in shape.surcharges
    )
    hours = [
        Named(f"{each} ({shape.system}) in {shape.region}", prices.instance(shape.region, each, shape.system))
        for each in shape.instance_types
    ]
    if not hours:
        missing = Unknown("the instance type, which the recipe leaves to EC2", "Name one under instanceTypes.")
        hours = [Named("the instance type that EC2 chooses", missing)]
    for name, seconds in times:
        time = Factor("Time", seconds, "s", SECONDS_PER_HOUR)
        yield line(name, Part.COMPUTE, shape.region, (time,), *hours, besides=besides)


def _volumes(shape: Shape, prices: Prices, seconds: Range) -> Iterator[Item]:
    time = Factor("Time, all machines", seconds, "s", SECONDS_PER_MONTH)
    for volume in shape.volumes:
        source = f"{ASSUMED}usual for its base" if volume.assumed else "the recipe"
        size = Factor("Size", Range.of(volume.gib, source=source), "GiB")
        price = Named(f"{volume.type} in {shape.region}", prices.volume(shape.region, volume.type))
        name = " ".join(filter(None, (volume.type, "volume", volume.device)))
        yield line(name, Part.VOLUMES, shape.region, (size, time), price)
        yield from _iops(volume, shape.region, prices, time)
        yield from _throughput(volume, shape.region, prices, time)


def _iops(volume: Volume, region: str, prices: Prices, time: Factor) -> Iterator[Item]:
    name = f"IOPS of the {volume.type} volume"
    if volume.type in PROVISIONED and volume.iops is None:
        yield unpriced(name, Part.VOLUMES, region, Unknown(f"how many IOPS the {volume.type} volume has", "Set iops."))
        return
    iops = volume.iops or 0
    if volume.type in PROVISIONED:
        paid = Range.of(min(iops, FIRST_TIER_IOPS), iops) if volume.type == "io2" else Range.of(iops)
    elif volume.type == "gp3" and iops > INCLUDED_IOPS:
        paid = Range.of(iops - INCLUDED_IOPS)
    else:
        return
    price = Named(f"IOPS of {volume.type} in {region}", prices.volume_iops(region, volume.type))
    yield line(name, Part.VOLUMES, region, (Factor("IOPS to pay", paid, "IOPS"), time), price)


def _throughput(volume: Volume, region: str, prices: Prices, time: Factor) -> Iterator[Item]:
    if volume.type != "gp3" or (volume.throughput or 0) <= INCLUDED_THROUGHPUT:
        return
    paid = Range.of((volume.throughput or 0) - INCLUDED_THROUGHPUT)
    price = Named(f"throughput of {volume.type} in {region}", prices.volume_throughput(region, volume.type))
    factors = (Factor("Throughput to pay", paid, "MiB/s"), time)
    yield line(f"Throughput of the {volume.type} volume", Part.VOLUMES, region, factors, price)


def _addresses(shape: Shape, prices: Prices, seconds: Range) -> Iterator[Item]:
    if shape.public_ip:
        price = Named(f"a public IPv4 address in {shape.region}", prices.public_ipv4(shape.region))
        time = Factor("Time, all machines", seconds, "s", SECONDS_PER_HOUR)
        yield line("Public IPv4 address", Part.ADDRESS, shape.region, (time,), price)


def copies(shape: Shape, prices: Prices) -> Iterator[Item]:
    """The image leaves the build region once for each copy elsewhere; a copy within a region moves no data."""
    for target in shape.others:
        price = Named(f"data from {shape.region} to {target.region}", prices.transfer(shape.region, target.region))
        factors = (Factor("Size of the image", shape.stored, "GiB"), *_copies_of(shape, target))
        yield line(f"Copy to {target.region}", Part.TRANSFER, shape.region, factors, price)


def _copies_of(shape: Shape, target: Target) -> tuple[Factor, ...]:
    """Accounts get copies of their own of an AMI; a container image is one in its registry."""
    copies = target.copies if shape.output is Output.AMI else 1
    return () if copies == 1 else (Factor("Copies", Range.of(copies, source="the recipe's target accounts"), "copies"),)


def _logs(shape: Shape, prices: Prices) -> Iterator[Item]:
    """Taken in by CloudWatch once, and kept in S3 by the month where the recipe asks for it."""
    region, size = shape.region, Factor("Size of the log", shape.log, "GiB")
    if shape.log.high:
        price = Named(f"logs sent to CloudWatch in {region}", prices.log_ingestion(region))
        yield line("Build log, each run", Part.LOGS, region, (size,), price)
    if shape.log.high and shape.logs_in_s3:
        price = Named(f"S3 storage in {region}", prices.object_storage(region))
        yield line("Build log in S3, each month", Part.LOGS, region, (size, _versions(shape)), price)


def _scans(shape: Shape, prices: Prices) -> Iterator[Item]:
    region = shape.region
    match shape.scan:
        case Scan.INSTANCE if shape.output is Output.AMI and shape.tests and shape.test:
            price = Named(f"an instance scanned by Inspector in {region}", prices.inspector_instance(region))
            time = Factor("Time of the test instances", _total(shape.test), "s", SECONDS_PER_MONTH)
            yield line("Inspector, test instance", Part.SCANS, region, (time,), price)
        case Scan.CONTAINER:
            price = Named(f"an image scanned by Inspector in {region}", prices.inspector_image(region))
            factors = (Factor("Scans", Range.of(1, source="one for each image"), "image"),)
            yield line("Inspector, container image", Part.SCANS, region, factors, price)
        case Scan.AMI:
            missing = Unknown("the price of scanning an AMI on demand", "See AWS's price page of Amazon Inspector.")
            yield unpriced("Inspector, AMI", Part.SCANS, region, missing)
        case Scan.NOTHING | Scan.INSTANCE:
            pass


def images(shape: Shape, prices: Prices) -> Iterator[Item]:
    """What is kept in every region: snapshots of an AMI, layers of a container image in its registry."""
    listed = {target.region: target for target in shape.targets}
    size = Factor("Size of the image", shape.stored, "GiB")
    for region in shape.regions:
        target = listed.get(region, Target(region))
        factors = (size, *_copies_of(shape, target), _versions(shape))
        if shape.output is Output.CONTAINER:
            price = Named(f"container images in {region}", prices.image_storage(region))
            yield line(f"Container images in {region}", Part.REGISTRY, region, factors, price)
            continue
        price = Named(f"snapshots in {region}", prices.snapshot(region))
        yield line(f"Snapshots in {region}", Part.SNAPSHOTS, region, factors, price)
        if target.fast_launch:
            hint = "AWS keeps five or more snapshots ready, and starts short instances to make them."
            missing = Unknown(f"what fast launch costs in {region}", hint)
            yield unpriced(f"Fast launch in {region}", Part.SNAPSHOTS, region, missing)


def _files(shape: Shape, prices: Prices) -> Iterator[Item]:
    """Exported disk images: a RAW file has the volumes' full size, the others something between."""
    full = Range.of(shape.gib, source="all volumes")
    packed = Range.of(shape.stored.low, max(full.high, shape.stored.high), "between written and full size")
    for target in shape.targets:
        price = Named(f"S3 storage in {target.region}", prices.object_storage(target.region))
        for form in target.exports:
            size = Factor("Size of the file", full if form == "RAW" else packed, "GiB")
            yield line(f"{form} file in {target.region}", Part.STORAGE, target.region, (size, _versions(shape)), price)


def _versions(shape: Shape) -> Factor:
    return Factor("Versions kept", Range.of(shape.versions), "versions" if shape.versions > 1 else "version")
