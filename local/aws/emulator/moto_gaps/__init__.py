"""Where moto differs from AWS in what this project uses, set right: each module changes one class of moto's."""
