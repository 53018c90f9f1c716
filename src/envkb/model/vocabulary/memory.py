"""Terms of memory and swap."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = (
    Term("memory", "total_bytes", "int", "Memory that the system can use.", identity=True),
    Term("memory", "available_bytes", "int", "Memory that programs could get without swapping, when it was read."),
    Term("memory", "free_bytes", "int", "Memory that nothing used when it was read."),
    Term("memory", "cached_bytes", "int", "Memory that held cached files when it was read."),
    Term("memory", "buffers_bytes", "int", "Memory that held file system structures when it was read."),
    Term("memory", "dirty_bytes", "int", "Memory that waited to be written to disk when it was read."),
    Term("memory", "shared_bytes", "int", "Memory in shared segments and tmpfs when it was read."),
    Term("memory", "slab_bytes", "int", "Memory of the kernel's own objects when it was read."),
    Term("memory", "committed_bytes", "int", "Memory promised to programs when it was read."),
    Term("memory", "commit_limit_bytes", "int", "Memory that may be promised where overcommitting is off."),
    Term("memory", "anonymous_huge_bytes", "int", "Memory of programs in huge pages when it was read."),
    Term("memory", "cma_total_bytes", "int", "Memory set aside for devices that need it in one piece."),
    Term("memory", "swap_total_bytes", "int", "Size of all swap."),
    Term("memory", "swap_free_bytes", "int", "Swap that was free when it was read."),
    Term("memory", "swap_devices", "int", "Number of swap devices and files."),
    Term("memory", "swap_kinds", "list", "Kinds of swap: `partition`, `file`, `zram`."),
    Term("memory", "zswap", "bool", "Whether pages are compressed before they are swapped."),
    Term("memory", "page_bytes", "int", "Size of a page.", identity=True),
    Term("memory", "hugepage_bytes", "int", "Size of a huge page."),
    Term("memory", "hugepages_total", "int", "Number of huge pages set aside."),
    Term("memory", "hugepages_free", "int", "Number of those that were free when it was read."),
    Term("memory", "transparent_hugepages", "str", "When the kernel uses huge pages by itself."),
    Term("memory", "hugepage_defrag", "str", "When the kernel moves memory to make huge pages."),
    Term("memory", "shm_hugepages", "str", "When shared memory gets huge pages."),
    Term("memory", "numa_balancing", "int", "Whether the kernel moves pages to the node that uses them."),
    Term("memory", "zone_reclaim_mode", "int", "Whether a full NUMA node frees memory before it uses another's."),
    Term("memory", "same_page_merging", "int", "Whether the kernel merges equal pages."),
    Term("memory", "swappiness", "int", "How readily the kernel swaps."),
    Term("memory", "overcommit_mode", "int", "0: by guess, 1: always, 2: never promise more memory than there is."),
    Term("memory", "overcommit_percent", "int", "Share of memory that mode 2 may promise."),
    Term("memory", "dirty_percent", "int", "Share of memory from which writers must wait for the disk."),
    Term("memory", "dirty_background_percent", "int", "Share of memory from which writing starts."),
    Term("memory", "max_map_count", "int", "Number of mappings a process may have."),
)
