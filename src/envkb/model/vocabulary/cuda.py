"""Terms of CUDA, kept apart by who brings it, and of the frameworks that use it."""

from typing import Final

from envkb.model.vocabulary.term import Term

_SYSTEM: Final = (
    Term(
        "cuda/toolkits", "versions", "list", "Versions of the CUDA toolkits on disk; wheels of torch need none of them."
    ),
    Term("cuda/toolkit/*", "path", "str", "Folder of a CUDA toolkit."),
    Term("cuda/toolkit/*", "version", "str", "Its version, from a file in the folder."),
    Term("cuda/nvcc", "version", "str", "Full version of the CUDA compiler on PATH: what extensions are built with."),
    Term("cuda/nvcc", "release", "str", "CUDA release that the compiler belongs to."),
    Term("cuda/nvcc", "path", "str", "Where PATH finds the CUDA compiler."),
    Term("cuda/cudnn", "versions", "list", "Versions of the cuDNN headers outside of environments."),
)

_PACKAGES: Final = (
    Term("cuda/packages", "kinds", "list", "What brings CUDA into the environment: `wheel`, `conda`."),
    Term("cuda/packages", "cuda_runtime_versions", "list", "CUDA runtime that packages bring.", identity=True),
    Term("cuda/packages", "cuda_toolkit_versions", "list", "CUDA release that packages are held to."),
    Term("cuda/packages", "cudnn_versions", "list", "cuDNN that packages bring.", identity=True),
    Term("cuda/packages", "cublas_versions", "list", "cuBLAS that packages bring."),
    Term("cuda/packages", "cufft_versions", "list", "cuFFT that packages bring."),
    Term("cuda/packages", "cusolver_versions", "list", "cuSOLVER that packages bring."),
    Term("cuda/packages", "cusparse_versions", "list", "cuSPARSE that packages bring."),
    Term("cuda/packages", "cusparselt_versions", "list", "cuSPARSELt that packages bring."),
    Term("cuda/packages", "cupti_versions", "list", "CUPTI that packages bring."),
    Term("cuda/packages", "nvrtc_versions", "list", "NVRTC that packages bring."),
    Term("cuda/packages", "nvjitlink_versions", "list", "nvJitLink that packages bring."),
    Term("cuda/packages", "nccl_versions", "list", "NCCL that packages bring.", identity=True),
    Term("cuda/packages", "nvshmem_versions", "list", "NVSHMEM that packages bring."),
    Term("cuda/packages", "tensorrt_versions", "list", "TensorRT that packages bring."),
    Term("cuda/packages", "triton_versions", "list", "Triton, the compiler of torch's GPU kernels.", identity=True),
    Term("cuda/packages", "pytorch_cuda_versions", "list", "CUDA that conda's pytorch is held to by pytorch-cuda."),
)

_TORCH: Final = (
    Term("torch", "version", "str", "Version of torch, with what it was built for (`+cu126`).", identity=True),
    Term("torch", "local_version", "str", "The part after the plus: `cpu`, `cu126`, `rocm6.2`.", identity=True),
    Term("torch", "cuda_build", "str", "CUDA that torch was built with.", identity=True),
    Term("torch", "hip_build", "str", "HIP that torch was built with.", identity=True),
    Term("torch", "rocm_build", "str", "ROCm that torch was built with.", identity=True),
    Term("torch", "xpu_build", "str", "Intel toolchain that torch was built with.", identity=True),
    Term("torch", "debug_build", "bool", "Whether it is a debug build.", identity=True),
    Term("torch", "git_version", "str", "Commit that torch was built from.", identity=True),
    Term("torch", "bundled_libraries", "list", "CUDA, ROCm, OpenMP and BLAS libraries in torch's own folder."),
    Term("torch", "cuda_available", "bool", "Whether torch finds a GPU that it can use through CUDA or HIP."),
    Term("torch", "cuda_device_count", "int", "Number of GPUs that torch finds."),
    Term("torch", "device_names", "list", "Names of the GPUs that torch finds."),
    Term("torch", "arch_list", "list", "GPU architectures that torch has kernels for."),
    Term("torch", "cuda_runtime_version", "str", "CUDA runtime that torch loaded."),
    Term("torch", "cuda_module_loading", "str", "When kernels are loaded: `LAZY` or `EAGER`."),
    Term("torch", "cudnn_version", "str", "cuDNN that torch loaded."),
    Term("torch", "nccl_version", "str", "NCCL that torch loaded."),
    Term("torch", "hip_runtime_version", "str", "HIP runtime that torch loaded."),
    Term("torch", "miopen_runtime_version", "str", "MIOpen that torch loaded."),
    Term("torch", "mps_available", "bool", "Whether torch can use an Apple GPU."),
    Term("torch", "xpu_available", "bool", "Whether torch can use an Intel GPU."),
    Term("torch", "xpu_device_names", "list", "Names of the Intel GPUs that torch finds."),
    Term("torch", "xnnpack_available", "bool", "Whether torch was built with XNNPACK."),
    Term("torch", "mkldnn_available", "bool", "Whether torch was built with oneDNN."),
    Term("torch", "blas", "str", "BLAS that torch was built with."),
    Term("torch", "lapack", "str", "LAPACK that torch was built with."),
    Term("torch", "cpu_capability", "str", "Instruction set that torch's CPU kernels use here."),
    Term("torch", "parallel_backend", "str", "What runs torch's CPU threads."),
    Term("torch", "num_threads", "int", "Number of CPU threads torch uses when nothing is set."),
    Term("torch", "loaded_libraries", "list", "CUDA, OpenMP and BLAS libraries that an import of torch loaded."),
)

_OTHERS: Final = (
    Term("jax", "jax_version", "str", "Version of JAX.", identity=True),
    Term("jax", "jaxlib_version", "str", "Version of jaxlib.", identity=True),
    Term("jax", "plugins", "list", "Packages that let JAX use GPUs or TPUs, with versions.", identity=True),
    Term("tensorflow", "version", "str", "Version of TensorFlow.", identity=True),
    Term("tensorflow", "metal_plugin_version", "str", "Version of the plugin for Apple GPUs."),
    Term("tensorflow", "cuda_build", "str", "CUDA that TensorFlow was built with."),
)

TERMS: Final[tuple[Term, ...]] = _SYSTEM + _PACKAGES + _TORCH + _OTHERS
